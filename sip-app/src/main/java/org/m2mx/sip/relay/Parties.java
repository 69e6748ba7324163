package org.m2mx.sip.relay;

import java.io.Serializable;
import java.util.Optional;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipServletMessage;
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
  private static final String CALLEE = "org.m2mx.sip.relay.callee";
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

  private final SipApplicationSession session;

  private Parties(SipApplicationSession session) {
    this.session = session;
  }

  /** The parties of the dialogs that a message belongs to. */
  static Parties of(SipServletMessage message) {
    return new Parties(message.getApplicationSession());
  }

  /** Takes note of who is called; whichever of its devices answers is that party. */
  void called(Aor callee) {
    session.setAttribute(CALLEE, callee);
  }

  /** Who is called; null when nobody is. */
  Aor callee() {
    return (Aor) session.getAttribute(CALLEE);
  }

  /** The party with this tag. */
  Optional<Party> find(String tag) {
    return tag == null
        ? Optional.empty()
        : Optional.ofNullable((Party) session.getAttribute(PREFIX + tag));
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
