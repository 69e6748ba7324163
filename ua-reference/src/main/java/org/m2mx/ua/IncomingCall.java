package org.m2mx.ua;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.data.DataEndpoint;
import org.m2mx.ua.firewall.SessionHole;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.ReceivedOffer;
import org.m2mx.ua.sdp.SdpException;
import org.m2mx.ua.sdp.SessionDescription;
import org.m2mx.ua.signalling.InviteDialog;
import org.m2mx.ua.signalling.ReceivedInvite;

/** A call that waits to be accepted or declined. */
public final class IncomingCall {
  private static final int TEMPORARILY_UNAVAILABLE = 480;
  private static final int BUSY_HERE = 486;
  private static final int DECLINE = 603;
  private static final int NOT_ACCEPTABLE_HERE = 488;

  private final UserAgent userAgent;
  private final ReceivedInvite invite;
  private final ReceivedOffer offer;
  private volatile Session session;

  IncomingCall(UserAgent userAgent, ReceivedInvite invite, ReceivedOffer offer) {
    this.userAgent = userAgent;
    this.invite = invite;
    this.offer = offer;
  }

  /** Returns who calls. The server has made sure that it is really that name. */
  public Aor caller() {
    return invite.caller();
  }

  /** Returns the Call-ID, by which logs on all sides name the call. */
  public String callId() {
    return invite.callId();
  }

  /**
   * Accepts the call by what {@link UserAgent#protocols} says and opens the data channel, or has
   * the peer let in by this side's firewall and waits for it.
   *
   * @return the session, its channel open and the peer's certificate verified
   * @throws UserAgentException if the caller has given up, or no data channel came about; the call
   *     is over then
   */
  public Session accept() throws UserAgentException {
    // The daemon takes a while to say whether it is there, which matters only to a tunnel.
    return accept(
        offer.agreement().protocol() == DataProtocol.IKE_ESP_UDPENCAP
            ? userAgent.protocols()
            : DataProtocol.USUAL);
  }

  /**
   * Accepts the call if it offers a channel by one of some protocols, and opens that, or has the
   * peer let in by this side's firewall and waits for it.
   *
   * @param protocols what the channel may speak, the best first
   * @return the session, its channel open and the peer's certificate verified
   * @throws UserAgentException with reason {@code NO_COMMON_PROTOCOL} if none of them is offered,
   *     and otherwise if the caller has given up or no data channel came about; the call is over
   *     then
   */
  public Session accept(List<DataProtocol> protocols) throws UserAgentException {
    return accept(new ChannelTerms(protocols, false));
  }

  /**
   * Accepts the call if it offers such a channel, and opens that, or has the peer let in by this
   * side's firewall and waits for it.
   *
   * @param terms what the channel may be
   * @return the session, its channel open and the peer's certificate verified
   * @throws UserAgentException as {@link #accept(List)}
   */
  public Session accept(ChannelTerms terms) throws UserAgentException {
    ReceivedOffer chosen = choose(terms.protocols());
    if (!terms.resumable()) {
      chosen = chosen.withoutResumption();
    }
    Agreement agreement = chosen.agreement();
    try (DataEndpoint endpoint = listen(agreement.protocol())) {
      prepare(endpoint, agreement);
      SessionHole hole = openHole(endpoint, agreement);
      SessionDescription answer =
          chosen.answer(
              userAgent.newOrigin(),
              hole.outside().orElse(endpoint.address()),
              userAgent.device().credential(),
              userAgent.newTlsId());
      session =
          userAgent.openSession(
              answer(answer, hole),
              endpoint,
              agreement,
              hole,
              new SessionMedia.Descriptions(answer, chosen.origin()));
      return session;
    }
  }

  private ReceivedOffer choose(List<DataProtocol> protocols) throws UserAgentException {
    try {
      return offer.preferring(protocols);
    } catch (SdpException e) {
      invite.refuse(NOT_ACCEPTABLE_HERE, e.getMessage());
      throw new UserAgentException(
          Reason.NO_COMMON_PROTOCOL,
          caller() + " offers no data protocol that is accepted here: " + e.getMessage(),
          "Accept more with --protocol, or have the caller offer others",
          e);
    }
  }

  private DataEndpoint listen(DataProtocol protocol) throws UserAgentException {
    InetAddress own = ownAddress();
    try {
      return userAgent.listen(protocol, own);
    } catch (UserAgentException e) {
      invite.refuse(TEMPORARILY_UNAVAILABLE, null);
      throw e;
    }
  }

  private void prepare(DataEndpoint endpoint, Agreement agreement) throws UserAgentException {
    try {
      endpoint.prepare(agreement);
    } catch (UserAgentException e) {
      invite.refuse(TEMPORARILY_UNAVAILABLE, null);
      throw e;
    }
  }

  /** Before the answer, so that the peer finds the hole open. */
  private SessionHole openHole(DataEndpoint endpoint, Agreement agreement)
      throws UserAgentException {
    try {
      return userAgent.openHole(endpoint, agreement);
    } catch (UserAgentException e) {
      invite.refuse(
          TEMPORARILY_UNAVAILABLE,
          e.reason() == Reason.FIREWALL ? "No firewall hole for the caller alone" : null);
      throw e;
    }
  }

  private InviteDialog answer(SessionDescription answer, SessionHole hole)
      throws UserAgentException {
    try {
      return invite.accept(answer.toString());
    } catch (UserAgentException | RuntimeException e) {
      hole.close();
      throw e;
    }
  }

  /** This machine's address as the peer will see it, which depends on where the peer is. */
  private InetAddress ownAddress() throws UserAgentException {
    try {
      return userAgent.sourceAddress().towards(offer.peer());
    } catch (IOException e) {
      invite.refuse(NOT_ACCEPTABLE_HERE, "No route to the offered address");
      throw new UserAgentException(
          Reason.DATA_CHANNEL,
          "There is no way to " + IpText.of(offer.peer().getAddress()) + ", where the caller is",
          "Check that this machine has an address of the same family",
          e);
    }
  }

  /** Declines the call because the user does not want it (603). */
  public void decline() {
    invite.refuse(DECLINE, null);
  }

  /** Whoever answers it cannot go on: refuses it, or breaks it off if it was accepted. */
  void fail(int status) {
    invite.refuse(status, null);
    Session accepted = session;
    if (accepted != null) {
      accepted.breakOff();
    }
  }

  /** Declines the call because there is another (486). */
  public void busy() {
    invite.refuse(BUSY_HERE, null);
  }
}
