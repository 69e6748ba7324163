package org.m2mx.sip.relay;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipServletResponse;
import org.m2mx.registry.call.CallRecord.Result;
import org.m2mx.registry.call.CallTrace.Station;
import org.m2mx.sip.record.Addresses;
import org.m2mx.sip.record.RecordedCall;
import org.m2mx.sip.timer.Timers;
import org.m2mx.sipcontainer.flow.Flow;

/** Responses on their way back (RFC 3261 section 16.7). */
@Singleton
public class Responses {
  private static final Logger LOG = System.getLogger(Responses.class.getName());

  /** RFC 5626 section 11.5: what the container answers for a connection that is gone. */
  static final int FLOW_FAILED = 430;

  private static final int GLOBAL_FAILURE = 600;

  /** In seconds: a device that changes its network is there again by then. */
  private static final String RETRY_AFTER = "5";

  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final SessionTimers sessionTimers;
  private final RelayTimes times;
  private final Timers timers;

  /**
   * @param sessionTimers keeps to what the two agree on
   * @param times how long a dialog may last
   * @param timers end the sessions of requests that nobody answers
   */
  @Inject
  public Responses(SessionTimers sessionTimers, RelayTimes times, Timers timers) {
    this.sessionTimers = sessionTimers;
    this.times = times;
    this.timers = timers;
  }

  /** A final response of one device; whether it is passed on is not known yet. */
  void ofOneDevice(SipServletResponse response) throws IOException {
    RecordedCall.of(response.getApplicationSession())
        .ifPresent(
            call ->
                call.saw(sender(call, response), Station.SERVER, line(response), device(response)));
    Optional<Forking> forking = initial(response);
    if (response.getStatus() == FLOW_FAILED && forking.isPresent()) {
      forking.get().tryOtherwise(response.getProxyBranch());
    }
  }

  /** A provisional response, or the best final one. */
  void passOn(SipServletResponse response) throws IOException {
    AssertedIdentity.strip(response);
    takeNoteOfCallee(response);
    if (response.getStatus() < SipServletResponse.SC_OK) {
      RecordedCall.of(response.getApplicationSession())
          .ifPresent(
              call -> call.passedOn(sender(call, response), line(response), device(response)));
      return;
    }
    LOG.log(
        Level.INFO,
        () ->
            response.getMethod()
                + (" from " + response.getFrom().getURI() + " answered " + line(response))
                + (", Call-ID " + response.getCallId()));
    if (Parties.of(response).beginsDialog(response)) {
      beginDialog(response);
    }
    Optional<Forking> forking = initial(response);
    if (forking.isPresent()) {
      conclude(response, forking.get());
    } else {
      inDialog(response);
    }
  }

  /** It may be the one device more that accepts after the call was thought to be over. */
  private void beginDialog(SipServletResponse response) {
    SipApplicationSession session = response.getApplicationSession();
    if (OpenDialogs.begin(session, Parties.of(response).calleeTag(response))) {
      session.setExpires(times.longestDialogMinutes());
    }
  }

  private static void takeNoteOfCallee(SipServletResponse response) {
    Parties parties = Parties.of(response);
    String tag = response.getTo().getParameter("tag");
    if (tag != null && parties.callee() != null && parties.find(tag).isEmpty()) {
      Flow.find(response).ifPresent(flow -> parties.heard(tag, parties.callee(), flow));
    }
  }

  /** The forking that a response concludes; empty for a request within a dialog. */
  private static Optional<Forking> initial(SipServletResponse response) {
    return Forking.of(response.getApplicationSession()).filter(forking -> forking.began(response));
  }

  private void conclude(SipServletResponse response, Forking forking) throws IOException {
    int status = response.getStatus();
    boolean accepted = status < 300;
    if (accepted || status >= GLOBAL_FAILURE) {
      forking.stop();
    } else if (forking.tryNext()) {
      return;
    }
    sessionTimers.agree(response);
    SipApplicationSession session = response.getApplicationSession();
    forking.forgetIn(session);
    if (!accepted && "INVITE".equals(response.getMethod())) {
      RelayTimes.callIsOver(session);
    }
    if (status == FLOW_FAILED) {
      forking
          .bestOfReached()
          .ifPresent(best -> response.setStatus(best.getStatus(), best.getReasonPhrase()));
    }
    sayForTheCaller(response);
    settle(session, response, accepted ? Optional.of(device(response)) : Optional.empty());
    endUnanswered(response);
  }

  /**
   * The container ends a session with the answer that it passes on. Where it passes none on, there
   * is nothing to wait for either: the transaction is over (RFC 3261 section 17.1.2.2), and so is
   * the call whose BYE it was.
   */
  private void endUnanswered(SipServletResponse response) {
    SipApplicationSession session = response.getApplicationSession();
    if (comesTooLate(response)
        && Forking.of(session).isEmpty()
        && !OpenDialogs.areThereAny(session)) {
      timers.after(session, AT_ONCE, session::invalidate);
    }
  }

  /**
   * Rewords what is meant for a proxy. How we reach the callee is not the caller's business; that
   * it is away is. And a 503 would tell the caller to leave this server alone, because one device
   * is overloaded (RFC 3261 section 16.7 step 6).
   */
  private static void sayForTheCaller(SipServletResponse response) {
    switch (response.getStatus()) {
      case FLOW_FAILED ->
          response.setStatus(
              SipServletResponse.SC_TEMPORARILY_UNAVAILABLE, "Temporarily Unavailable");
      case SipServletResponse.SC_SERVICE_UNAVAILABLE ->
          response.setStatus(SipServletResponse.SC_SERVER_INTERNAL_ERROR, "Server Internal Error");
      default -> {
        // As the device said it.
      }
    }
  }

  private static void settle(
      SipApplicationSession session, SipServletResponse answer, Optional<String> device) {
    RecordedCall.of(session)
        .ifPresent(
            call -> {
              if (!comesTooLate(answer)) {
                call.saw(Station.SERVER, Station.CALLER, line(answer), "");
              }
              call.settled(answer.getStatus(), result(answer.getStatus()), device);
            });
  }

  /** The container keeps it to itself (RFC 4320 section 4.2). */
  private static boolean comesTooLate(SipServletResponse response) {
    return response.getStatus() == SipServletResponse.SC_REQUEST_TIMEOUT
        && !"INVITE".equals(response.getMethod());
  }

  private static Result result(int status) {
    if (status < 300) {
      return Result.ANSWERED;
    }
    return switch (status) {
      case SipServletResponse.SC_TEMPORARILY_UNAVAILABLE -> Result.OFF_LINE;
      case SipServletResponse.SC_REQUEST_TERMINATED -> Result.CANCELLED;
      default -> Result.FAILED;
    };
  }

  /** To a later request of a dialog, or the acceptance of one more device, or one come again. */
  private void inDialog(SipServletResponse response) {
    if (response.getStatus() == FLOW_FAILED && !"BYE".equals(response.getMethod())) {
      // A 480 would end the dialog at its other end (RFC 5057 section 5.1).
      response.setStatus(SipServletResponse.SC_SERVER_INTERNAL_ERROR, "Server Internal Error");
      response.setHeader("Retry-After", RETRY_AFTER);
    }
    sayForTheCaller(response);
    sessionTimers.agree(response);
    RecordedCall.of(response.getApplicationSession())
        .ifPresent(
            call -> {
              Station to = RecordedCall.opposite(sender(call, response));
              if (!comesTooLate(response)) {
                call.saw(Station.SERVER, to, line(response), "");
              }
              if ("BYE".equals(response.getMethod())) {
                call.finish();
              }
            });
    endUnanswered(response);
  }

  private static Station sender(RecordedCall call, SipServletResponse response) {
    return RecordedCall.opposite(call.with(response.getFrom().getParameter("tag")));
  }

  /** Host and port of the device; empty when the response was made here. */
  private static String device(SipServletResponse response) {
    return response.getTo().getParameter("tag") == null
        ? ""
        : Flow.find(response).map(Addresses::remote).orElse("");
  }

  private static String line(SipServletResponse response) {
    return response.getStatus() + " " + response.getReasonPhrase();
  }
}
