package org.m2mx.sip.relay;

import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.TooManyHopsException;
import org.m2mx.registry.Aor;
import org.m2mx.registry.call.CallDecision;
import org.m2mx.registry.call.CallDecision.Verdict;
import org.m2mx.registry.call.CallDecisions;
import org.m2mx.registry.call.CallRecord.Result;
import org.m2mx.registry.call.CallTrace.Station;
import org.m2mx.sip.answer.Answers;
import org.m2mx.sip.answer.LateAnswers;
import org.m2mx.sip.knock.Knocks;
import org.m2mx.sip.record.Addresses;
import org.m2mx.sip.record.RecordedCall;
import org.m2mx.sip.record.RecordedCalls;
import org.m2mx.sip.relay.Devices.Device;
import org.m2mx.sip.timer.Timers;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * The relay: a record-routing proxy (RFC 3261 section 16) for callers whom the callee has
 * permitted.
 *
 * <p>Everybody else is told what a caller of nobody is told: {@link Answers#conceal}.
 */
public class RelayServlet extends SipServlet {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = System.getLogger(RelayServlet.class.getName());

  private static final Set<String> RELAYED = Set.of("INVITE", "MESSAGE", "OPTIONS");
  private static final Set<String> RECORDED = Set.of("INVITE", "MESSAGE");

  @Inject private transient Admission admission;
  @Inject private transient Capabilities capabilities;
  @Inject private transient Knocks knocks;
  @Inject private transient Targets targets;
  @Inject private transient DialogRequests dialogs;
  @Inject private transient Responses responses;
  @Inject private transient CallDecisions decisions;
  @Inject private transient RecordedCalls calls;
  @Inject private transient Loops loops;
  @Inject private transient SipFactory sipFactory;
  @Inject private transient Timers timers;
  @Inject private transient Clock clock;
  @Inject private transient RelayTimes times;

  @Override
  protected void doRequest(SipServletRequest request) throws IOException, TooManyHopsException {
    if ("CANCEL".equals(request.getMethod())) {
      cancelled(request);
    } else if (!request.isInitial()) {
      dialogs.carryOn(request);
    } else if (RELAYED.contains(request.getMethod())) {
      if (!begin(request) && !"INVITE".equals(request.getMethod())) {
        // Nothing follows; else its session would wait for minutes, at a stranger's wish. That of a
        // refused INVITE ends by itself with its transaction.
        LateAnswers.end(request);
      }
    } else if (!"ACK".equals(request.getMethod())) {
      Capabilities.refuseMethod(request);
      LateAnswers.end(request);
    }
  }

  /** Returns whether the request was passed on; otherwise it is answered. */
  private boolean begin(SipServletRequest request) throws IOException, TooManyHopsException {
    Aor caller = admission.admit(request, "Proxy-Require").orElse(null);
    if (caller == null) {
      return false;
    }
    if (Capabilities.wanted(request, caller)) {
      capabilities.tell(request);
      return false;
    }
    if (knocks.wanted(request, caller)) {
      knocks.take(request, caller);
      return false;
    }
    Target target = targets.of(request);
    Aor callee = target.aor();
    CallDecision decision = decisions.decide(caller, callee, clock.instant());
    List<List<Device>> reachable = Devices.reachable(target.among(decision.bindings()));
    Optional<RecordedCall> call =
        RECORDED.contains(request.getMethod())
            ? Optional.of(calls.begin(request, caller, callee, decision))
            : Optional.empty();
    // Put together here: patterns with places in them cost a third of the line.
    LOG.log(
        Level.INFO,
        () ->
            request.getMethod()
                + (" from " + caller + " to " + callee + ": " + decision.reason())
                + (", " + decision.bindings().size() + " bindings, reachable " + reachable)
                + (", Call-ID " + request.getCallId()));
    if (decision.verdict() == Verdict.UNKNOWN_USER || target.hasEnded(decision.bindings())) {
      Answers.conceal(request);
      settled(call, SipServletResponse.SC_NOT_FOUND, "Not Found", Result.CONCEALED);
    } else if (reachable.isEmpty()) {
      request.createResponse(SipServletResponse.SC_TEMPORARILY_UNAVAILABLE).send();
      settled(call, SipServletResponse.SC_TEMPORARILY_UNAVAILABLE, "off line", Result.OFF_LINE);
    } else {
      relay(request, caller, callee, reachable, call);
      return true;
    }
    return false;
  }

  private static void settled(
      Optional<RecordedCall> call, int status, String phrase, Result result) {
    call.ifPresent(
        recorded -> {
          recorded.saw(Station.SERVER, Station.CALLER, status + " " + phrase, "");
          recorded.settled(status, result, Optional.empty());
        });
  }

  private void relay(
      SipServletRequest request,
      Aor caller,
      Aor callee,
      List<List<Device>> reachable,
      Optional<RecordedCall> call)
      throws IOException, TooManyHopsException {
    SipApplicationSession session = request.getApplicationSession();
    // Meant for us; the callee has no business with the caller's proof.
    request.removeHeader("Proxy-Authorization");
    AssertedIdentity.assertSender(request, caller);
    Parties.of(request).called(callee, request);
    call.ifPresent(recorded -> recorded.keepIn(session));
    if ("INVITE".equals(request.getMethod())) {
      session.setExpires(times.longestDialogMinutes());
    }
    Parties.of(request).heard(request.getFrom().getParameter("tag"), caller, Flow.of(request));
    loops.passesOn(request);
    Forking.start(request, reachable, sipFactory, timers, times);
  }

  /** The container has answered it and passed it on; an application is only told. */
  private static void cancelled(SipServletRequest cancel) {
    SipApplicationSession session = cancel.getApplicationSession();
    Forking.of(session).ifPresent(Forking::stop);
    RecordedCall.of(session)
        .ifPresent(
            call -> call.passedOn(Station.CALLER, "CANCEL", Addresses.remote(Flow.of(cancel))));
    LOG.log(Level.INFO, "CANCEL passed on, Call-ID {0}", cancel.getCallId());
  }

  @Override
  protected void doBranchResponse(SipServletResponse response) throws IOException {
    responses.ofOneDevice(response);
  }

  @Override
  protected void doResponse(SipServletResponse response) throws IOException {
    responses.passOn(response);
  }
}
