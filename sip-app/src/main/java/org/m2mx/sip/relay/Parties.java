package org.m2mx.sip.relay;

import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipServletMessage;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.m2mx.registry.Aor;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * Who takes part in a dialog, and over which connection each is reached.
 *
 * <p>Home firewalls let nothing in but answers on a connection that a device opened, so that a BYE
 * to a Contact would be lost: every request of a dialog goes down the flow on which its addressee
 * was last heard. A party is known by its tag, which tells the dialogs of a forked INVITE apart.
 */
final class Parties {
  private static final String CALL = "org.m2mx.sip.relay.call";
  private static final String PREFIX = "org.m2mx.sip.relay.party.";

  /**
   * One of them.
   *
   * @param aor who it is, proven or called by this name
   * @param flowToken where it was last heard
   */
  record Party(Aor aor, String flowToken) implements Serializable {

    Flow flow() {
      return Flow.parse(flowToken);
    }
  }

  private record Call(Aor callee, String callerTag, String cseq) implements Serializable {}

  private final SipApplicationSession session;

  private Parties(SipApplicationSession session) {
    this.session = session;
  }

  /** The parties of the dialogs that a message belongs to. */
  static Parties of(SipServletMessage message) {
    return of(message.getApplicationSession());
  }

  /** The parties of a call's dialogs. */
  static Parties of(SipApplicationSession session) {
    return new Parties(session);
  }

  /**
   * Takes note of who is called; whichever of its devices answers is that party.
   *
   * @param callee who is called
   * @param request what the call begins with
   */
  void called(Aor callee, SipServletRequest request) {
    session.setAttribute(
        CALL, new Call(callee, request.getFrom().getParameter("tag"), request.getHeader("CSeq")));
  }

  /** Who is called; null when nobody is. */
  Aor callee() {
    Call call = (Call) session.getAttribute(CALL);
    return call == null ? null : call.callee();
  }

  /** The callee's tag in a message of a dialog, which tells the dialogs of a call apart. */
  String calleeTag(SipServletMessage message) {
    return isFromCaller(message)
        ? message.getTo().getParameter("tag")
        : message.getFrom().getParameter("tag");
  }

  /** Whether a response is a device's acceptance of the call, and begins a dialog. */
  boolean beginsDialog(SipServletResponse response) {
    return response.getStatus() >= 200
        && response.getStatus() < 300
        && "INVITE".equals(response.getMethod())
        && isFromCaller(response)
        && ((Call) session.getAttribute(CALL)).cseq().equals(response.getHeader("CSeq"));
  }

  private boolean isFromCaller(SipServletMessage message) {
    Call call = (Call) session.getAttribute(CALL);
    return call != null && Objects.equals(call.callerTag(), message.getFrom().getParameter("tag"));
  }

  /** The party with this tag. */
  Optional<Party> find(String tag) {
    return tag == null
        ? Optional.empty()
        : Optional.ofNullable((Party) session.getAttribute(PREFIX + tag));
  }

  /** A party's dialog is over: what still comes of it belongs to none. */
  void forget(String tag) {
    session.removeAttribute(PREFIX + tag);
  }

  /**
   * Takes note of where a party is.
   *
   * @param tag the party's tag
   * @param aor who it is
   * @param flow where it was heard
   */
  void heard(String tag, Aor aor, Flow flow) {
    session.setAttribute(PREFIX + tag, new Party(aor, flow.token()));
  }
}
