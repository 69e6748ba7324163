package org.m2mx.sip.relay;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.Set;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.m2mx.registry.binding.Binding;
import org.m2mx.registry.binding.Bindings;
import org.m2mx.registry.call.CallRecord.Ending;
import org.m2mx.registry.call.CallTrace.Station;
import org.m2mx.sip.answer.Answers;
import org.m2mx.sip.authentication.Authentication;
import org.m2mx.sip.authentication.Authentication.Asker;
import org.m2mx.sip.edge.EdgeProxies;
import org.m2mx.sip.record.Addresses;
import org.m2mx.sip.record.RecordedCall;
import org.m2mx.sipcontainer.flow.Flow;

/** Requests within a dialog, of any method: from one party, down the other's flow. */
@Singleton
public class DialogRequests {
  private static final Logger LOG = System.getLogger(DialogRequests.class.getName());

  private final Authentication authentication;
  private final SessionTimers sessionTimers;
  private final EdgeProxies edgeProxies;
  private final Targets targets;
  private final Bindings bindings;
  private final SipFactory factory;
  private final Clock clock;

  /**
   * @param authentication tells whether a party that comes over another connection is the same
   * @param sessionTimers knows which refreshes are too frequent
   * @param edgeProxies behind which a dialog's route may go on
   * @param targets reads GRUUs
   * @param bindings has the contacts that GRUUs stand for
   * @param factory makes URIs of those
   * @param clock tells which bindings still hold
   */
  @Inject
  public DialogRequests(
      Authentication authentication,
      SessionTimers sessionTimers,
      EdgeProxies edgeProxies,
      Targets targets,
      Bindings bindings,
      SipFactory factory,
      Clock clock) {
    this.authentication = authentication;
    this.sessionTimers = sessionTimers;
    this.edgeProxies = edgeProxies;
    this.targets = targets;
    this.bindings = bindings;
    this.factory = factory;
    this.clock = clock;
  }

  /** Passes a request on, or answers it. */
  void carryOn(SipServletRequest request) throws IOException {
    Parties parties = Parties.of(request);
    String tag = request.getFrom().getParameter("tag");
    Flow flow = Flow.of(request);
    Parties.Party sender = parties.find(tag).orElse(null);
    Parties.Party addressee = parties.find(request.getTo().getParameter("tag")).orElse(null);
    boolean ack = "ACK".equals(request.getMethod());
    if (sender == null || addressee == null) {
      // Without an addressee's flow it would go to wherever its Request-URI says.
      refuse(request, SipServletResponse.SC_CALL_LEG_DONE);
      return;
    }
    if (request.getMaxForwards() == 0) {
      refuse(request, SipServletResponse.SC_TOO_MANY_HOPS);
      return;
    }
    if (!ack && Answers.refusesExtensions(request, "Proxy-Require", Set.of())) {
      return;
    }
    if (request.getHeader("Route") != null && !edgeProxies.opened(addressee.flow())) {
      // The addressee is next, and is no proxy; those of the operator's may have more behind them.
      refuse(request, SipServletResponse.SC_FORBIDDEN);
      return;
    }
    if (!sender.flow().equals(flow)) {
      // A new connection says nothing of who opened it. An ACK cannot be challenged.
      if (ack) {
        drop(request);
        return;
      }
      if (!authentication.proves(request, sender.aor(), Asker.RELAY)) {
        return;
      }
      parties.heard(tag, sender.aor(), flow);
    }
    // Whoever has been challenged once may send its proof with every request, an ACK among them
    // (RFC 3261 section 22.3); the addressee has no business with it.
    request.removeHeader("Proxy-Authorization");
    if (sessionTimers.refuse(request)) {
      return;
    }
    AssertedIdentity.assertSender(request, sender.aor());
    nameContact(request, addressee);
    request.pushRoute(addressee.flow().route());
    record(request, tag, parties.calleeTag(request));
    // The answer's line says who asked for what; an ACK has none, and nothing to tell.
    LOG.log(
        Level.DEBUG,
        "{0} from {1} passed on, Call-ID {2}",
        request.getMethod(),
        sender.aor(),
        request.getCallId());
  }

  /**
   * A device that gave a GRUU as its Contact is called by the one it registered (RFC 5627, 5.4).
   */
  private void nameContact(SipServletRequest request, Parties.Party addressee) throws IOException {
    if (!Targets.isGruu(request.getRequestURI())) {
      return;
    }
    Target target = targets.of(request);
    if (!target.aor().equals(addressee.aor())) {
      return;
    }
    for (Binding binding : target.among(bindings.of(addressee.aor(), clock.instant()))) {
      if (binding.flow().equals(addressee.flowToken())) {
        request.setRequestURI(Devices.uri(factory, binding.contact()));
        return;
      }
    }
  }

  private static void record(SipServletRequest request, String senderTag, String dialog) {
    SipApplicationSession session = request.getApplicationSession();
    boolean bye = "BYE".equals(request.getMethod());
    if (bye) {
      SessionTimers.stop(session, dialog);
    }
    boolean last = bye && OpenDialogs.end(session, dialog);
    if (last) {
      RelayTimes.callIsOver(session);
    }
    RecordedCall.of(session)
        .ifPresent(
            call -> {
              Station sender = call.with(senderTag);
              call.passedOn(sender, request.getMethod(), Addresses.remote(Flow.of(request)));
              if (last) {
                call.ended(
                    sender == Station.CALLER ? Ending.CALLER_HUNG_UP : Ending.CALLEE_HUNG_UP);
              }
            });
  }

  private static void refuse(SipServletRequest request, int status) throws IOException {
    if ("ACK".equals(request.getMethod())) {
      drop(request);
    } else {
      request.createResponse(status).send();
    }
  }

  /** An ACK cannot be answered, and what is not answered the container passes on. */
  private static void drop(SipServletRequest ack) {
    if (ack.getMaxForwards() == 0) {
      // The container counts down first.
      ack.setMaxForwards(1);
    }
    Flow from = Flow.of(ack);
    Flow nowhere =
        new Flow(
            from.transport(),
            from.localAddress(),
            from.localPort(),
            from.remoteAddress(),
            from.remotePort(),
            "nowhere");
    ack.pushRoute(nowhere.route());
  }
}
