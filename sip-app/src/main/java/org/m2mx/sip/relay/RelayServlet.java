package org.m2mx.sip.relay;

import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.servlet.sip.Proxy;
import javax.servlet.sip.ProxyBranch;
import javax.servlet.sip.ServletParseException;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.TooManyHopsException;
import javax.servlet.sip.URI;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Binding;
import org.m2mx.registry.call.CallDecision;
import org.m2mx.registry.call.CallDecisions;
import org.m2mx.sip.answer.Answers;
import org.m2mx.sip.authentication.Authentication;
import org.m2mx.sip.authentication.Authentication.Asker;
import org.m2mx.sip.authentication.Identity;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * The relay: a record-routing proxy (RFC 3261 section 16) for callers whom the callee has
 * permitted.
 *
 * <p>Everybody else is told what a caller of nobody is told. {@link #conceal} is the only place
 * that words that answer.
 */
public class RelayServlet extends SipServlet {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = System.getLogger(RelayServlet.class.getName());

  private static final Set<String> RELAYED = Set.of("INVITE", "MESSAGE", "OPTIONS");
  private static final String ALLOW = "INVITE, ACK, BYE, CANCEL, MESSAGE, OPTIONS, REGISTER";

  /** RFC 5626 section 11.5: what the container answers for a connection that is gone. */
  private static final int FLOW_FAILED = 430;

  private static final String CALLEE = "org.m2mx.sip.relay.callee";

  /** Looked up when a request names nobody that could exist: the work shall be the same. */
  private static final Aor NOBODY = new Aor("nobody", "invalid");

  /**
   * Where a callee is.
   *
   * @param contact as the device gave it
   * @param flow the connection it registered over
   */
  private record Reachable(String contact, Flow flow) {

    static Reachable of(Binding binding) {
      return new Reachable(binding.contact(), Flow.parse(binding.flow()));
    }
  }

  @Inject private transient Authentication authentication;
  @Inject private transient CallDecisions decisions;
  @Inject private transient SipFactory sipFactory;
  @Inject private transient Clock clock;
  @Inject private transient RelayTimes times;

  @Override
  protected void doRequest(SipServletRequest request) throws IOException, TooManyHopsException {
    if ("CANCEL".equals(request.getMethod())) {
      // Answered and passed on by the container; an application is only told.
      LOG.log(Level.INFO, "CANCEL passed on, Call-ID {0}", request.getCallId());
    } else if (!request.isInitial()) {
      carryOn(request);
    } else if (RELAYED.contains(request.getMethod())) {
      if (!begin(request) && !"INVITE".equals(request.getMethod())) {
        // Nothing follows; else its session would wait for minutes, at a stranger's wish. That of a
        // refused INVITE ends by itself with its transaction.
        request.getApplicationSession().invalidate();
      }
    } else if (!"ACK".equals(request.getMethod())) {
      SipServletResponse response =
          request.createResponse(SipServletResponse.SC_METHOD_NOT_ALLOWED);
      response.setHeader("Allow", ALLOW);
      response.send();
      request.getApplicationSession().invalidate();
    }
  }

  /** Returns whether the request was passed on; otherwise it is answered. */
  private boolean begin(SipServletRequest request) throws IOException, TooManyHopsException {
    if (request.getMaxForwards() == 0) {
      // Before anything is decided: it must not tell who could be reached.
      request.createResponse(SipServletResponse.SC_TOO_MANY_HOPS).send();
      return false;
    }
    if (Answers.refusesExtensions(request, "Proxy-Require", Set.of())) {
      return false;
    }
    if (request.getTo().getParameter("tag") != null) {
      // It belongs to a dialog, and to none that we know (RFC 3261 section 12.2.2).
      request.createResponse(SipServletResponse.SC_CALL_LEG_DONE).send();
      return false;
    }
    Aor caller;
    try {
      caller = Identity.from(request);
    } catch (IllegalArgumentException notAnAor) {
      Answers.refuse(request, SipServletResponse.SC_BAD_REQUEST, "From: " + notAnAor.getMessage());
      return false;
    }
    if (!authentication.proves(request, caller, Asker.RELAY)) {
      return false;
    }
    if (request.getHeader("Route") != null) {
      Answers.refuse(
          request, SipServletResponse.SC_FORBIDDEN, "no Route beyond this server: leave it out");
      return false;
    }
    Aor callee = callee(request);
    CallDecision decision = decisions.decide(caller, callee, clock.instant());
    List<Reachable> reachable =
        decision.bindings().stream().map(Reachable::of).filter(r -> r.flow().isOpen()).toList();
    LOG.log(
        Level.INFO,
        "{0} from {1} to {2}: {3}, {4} of {5} bindings reachable, Call-ID {6}",
        request.getMethod(),
        caller,
        callee,
        decision.reason(),
        reachable.size(),
        decision.bindings().size(),
        request.getCallId());
    if (decision.verdict() == CallDecision.Verdict.UNKNOWN_USER) {
      conceal(request);
    } else if (reachable.isEmpty()) {
      request.createResponse(SipServletResponse.SC_TEMPORARILY_UNAVAILABLE).send();
    } else {
      relay(request, caller, callee, reachable);
      return true;
    }
    return false;
  }

  private static Aor callee(SipServletRequest request) {
    try {
      return Identity.target(request);
    } catch (IllegalArgumentException namesNobody) {
      LOG.log(
          Level.DEBUG,
          "Request-URI of Call-ID {0} names nobody: {1}",
          request.getCallId(),
          namesNobody.getMessage());
      return NOBODY;
    }
  }

  /** The answer for a user who does not exist, or shall not be known to. */
  private static void conceal(SipServletRequest request) throws IOException {
    request.createResponse(SipServletResponse.SC_NOT_FOUND).send();
  }

  private void relay(SipServletRequest request, Aor caller, Aor callee, List<Reachable> reachable)
      throws IOException, TooManyHopsException {
    // Meant for us; the callee has no business with the caller's proof.
    request.removeHeader("Proxy-Authorization");
    request.getApplicationSession().setAttribute(CALLEE, callee);
    boolean beginsDialog = "INVITE".equals(request.getMethod());
    if (beginsDialog) {
      request.getApplicationSession().setExpires(times.longestDialogMinutes());
    }
    Parties.of(request).heard(request.getFrom().getParameter("tag"), caller, Flow.of(request));

    Proxy proxy = request.getProxy();
    proxy.setRecordRoute(beginsDialog);
    proxy.setSupervised(true);
    proxy.setParallel(true);
    proxy.setRecurse(false);
    proxy.setProxyTimeout(times.ringingSeconds());
    List<ProxyBranch> branches = proxy.createProxyBranches(contacts(reachable));
    for (int i = 0; i < branches.size(); i++) {
      branches.get(i).getRequest().pushRoute(reachable.get(i).flow().route());
    }
    proxy.startProxy();
  }

  private List<URI> contacts(List<Reachable> reachable) throws IOException {
    try {
      List<URI> contacts = new ArrayList<>();
      for (Reachable place : reachable) {
        contacts.add(sipFactory.createURI(place.contact()));
      }
      return contacts;
    } catch (ServletParseException e) {
      throw new IOException("A stored contact is no URI any more", e);
    }
  }

  /** A request within a dialog: from one party, down the other's flow. */
  private void carryOn(SipServletRequest request) throws IOException {
    Parties parties = Parties.of(request);
    String tag = request.getFrom().getParameter("tag");
    Flow flow = Flow.of(request);
    Parties.Party sender = parties.find(tag).orElse(null);
    Parties.Party addressee = parties.find(request.getTo().getParameter("tag")).orElse(null);
    boolean ack = "ACK".equals(request.getMethod());
    if (sender == null || addressee == null) {
      // Without an addressee's flow it would go to wherever its Request-URI says.
      if (ack) {
        drop(request);
      } else {
        request.createResponse(SipServletResponse.SC_CALL_LEG_DONE).send();
      }
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
      request.removeHeader("Proxy-Authorization");
      parties.heard(tag, sender.aor(), flow);
    }
    request.pushRoute(addressee.flow().route());
    LOG.log(
        Level.INFO,
        "{0} from {1} passed on, Call-ID {2}",
        request.getMethod(),
        sender.aor(),
        request.getCallId());
  }

  /** An ACK cannot be answered, and what is not answered the container passes on. */
  private static void drop(SipServletRequest ack) {
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

  @Override
  protected void doResponse(SipServletResponse response) throws IOException {
    Parties parties = Parties.of(response);
    String tag = response.getTo().getParameter("tag");
    Aor callee = (Aor) response.getApplicationSession().getAttribute(CALLEE);
    if (tag != null && callee != null && parties.find(tag).isEmpty()) {
      parties.heard(tag, callee, Flow.of(response));
    }
    if (response.getStatus() >= SipServletResponse.SC_OK) {
      LOG.log(
          Level.INFO,
          "{0} to {1} answered {2} {3}, Call-ID {4}",
          response.getMethod(),
          callee,
          response.getStatus(),
          response.getReasonPhrase(),
          response.getCallId());
    }
    if (response.getStatus() == FLOW_FAILED && response.getRequest().isInitial()) {
      // How we reach the callee is not the caller's business; that it is away is.
      response
          .getProxy()
          .getOriginalRequest()
          .createResponse(SipServletResponse.SC_TEMPORARILY_UNAVAILABLE)
          .send();
    }
  }
}
