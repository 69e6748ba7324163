package org.m2mx.ua.sdp;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A peer's offer of which one media line is acceptable, and the making of its answer (RFC 3264
 * section 6): that line is kept, all others are refused with port 0.
 */
public final class ReceivedOffer {
  private final SessionDescription offer;
  private final int chosen;
  private final DataMedia peer;

  private ReceivedOffer(SessionDescription offer, int chosen, DataMedia peer) {
    this.offer = offer;
    this.chosen = chosen;
    this.peer = peer;
  }

  /**
   * Finds the media line to accept: of the protocol that this side likes best the first that can
   * be.
   *
   * @param offer the peer's session description
   * @param preference the protocols that this side accepts, the best first
   * @return the offer with its choice made
   * @throws SdpException if no line can be accepted; the message says why not the last one tried
   */
  public static ReceivedOffer accept(SessionDescription offer, List<DataProtocol> preference)
      throws SdpException {
    SdpException refusal =
        new SdpException(
            "the offer has no m=application line for "
                + String.join(
                    " or ",
                    preference.stream()
                        .map(protocol -> protocol.sdpName() + " " + protocol.format())
                        .toList()));
    for (DataProtocol protocol : preference) {
      for (int i = 0; i < offer.media().size(); i++) {
        MediaDescription line = offer.media().get(i);
        if (line.port() == 0 || !DataMedia.protocolOf(line).equals(Optional.of(protocol))) {
          continue;
        }
        try {
          DataMedia peer = DataMedia.read(offer, line, protocol, Setup.ACTIVE);
          if (peer.setup() != Setup.HOLDCONN) {
            return new ReceivedOffer(offer, i, peer);
          }
          refusal = new SdpException("the offer holds its connection");
        } catch (SdpException e) {
          refusal = e;
        }
      }
    }
    throw refusal;
  }

  /**
   * Chooses anew.
   *
   * @param preference the protocols that this side accepts, the best first
   * @return the same offer with that choice
   * @throws SdpException if it has none of them
   */
  public ReceivedOffer preferring(List<DataProtocol> preference) throws SdpException {
    return accept(offer, preference);
  }

  /** Returns the same offer and choice, of a stream that ends with its connection. */
  public ReceivedOffer withoutResumption() {
    return new ReceivedOffer(
        offer,
        chosen,
        new DataMedia(
            peer.protocol(),
            peer.address(),
            peer.setup(),
            peer.fingerprints(),
            peer.tlsId(),
            peer.tunnel(),
            null));
  }

  /** Returns the {@code o=} line of the peer's description. */
  public String origin() {
    return offer.origin();
  }

  /** Returns the address from which, or to which, the peer wants the channel; never null. */
  public InetSocketAddress peer() {
    return peer.address();
  }

  /**
   * Says which side opens the channel. Where the peer leaves it open this side waits: by the time
   * the answer reaches the peer, this side's firewall can already be open for it.
   *
   * @return what is settled, from this side's view
   */
  public Agreement agreement() {
    Setup role = peer.setup() == Setup.PASSIVE ? Setup.ACTIVE : Setup.PASSIVE;
    return new Agreement(
        peer.protocol(),
        role,
        peer.address(),
        peer.fingerprints(),
        peer.tunnel(),
        peer.resumption());
  }

  /**
   * Makes the answer.
   *
   * @param origin names this session
   * @param own this side's address; its port is where it listens, if it is passive
   * @param credential what this side says of its key
   * @param tlsId names the association, should it be of datagrams
   * @return the session description to answer with
   */
  public SessionDescription answer(
      Origin origin, InetSocketAddress own, Credential credential, String tlsId) {
    return answer(origin.line(own.getAddress()), own, credential, tlsId);
  }

  /**
   * Makes the answer to a later offer in a session that stands.
   *
   * @param last what this side has sent last, an offer or an answer
   * @param own this side's address; its port is where it listens, if it is passive
   * @param credential what this side says of its key
   * @param tlsId names the association, should it be of datagrams
   * @return the session description to answer with
   */
  public SessionDescription answer(
      SessionDescription last, InetSocketAddress own, Credential credential, String tlsId) {
    return answer(last.nextOrigin(), own, credential, tlsId);
  }

  private SessionDescription answer(
      String origin, InetSocketAddress own, Credential credential, String tlsId) {
    DataMedia kept =
        DataMedia.own(
            peer.protocol(),
            own,
            agreement().role(),
            credential,
            peer.tunnel() != null ? peer.tunnel().name() : peer.tlsId() == null ? null : tlsId,
            peer.resumption() == null ? null : Resumption.OWN);
    List<MediaDescription> lines = new ArrayList<>();
    for (int i = 0; i < offer.media().size(); i++) {
      lines.add(i == chosen ? kept.toMediaDescription() : offer.media().get(i).refused());
    }
    // A refused line needs no address, but RFC 8866 wants one for every line all the same.
    return new SessionDescription(origin, new Connection(own.getAddress()), List.of(), lines);
  }
}
