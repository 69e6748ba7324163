package org.m2mx.ua.sdp;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * An offer that this user agent has made, and the reading of its answer (RFC 3264 sections 5 and
 * 7).
 *
 * @param description the offer as sent
 */
public record Offer(SessionDescription description) {

  /**
   * Offers a stream, leaving to the answer who opens it.
   *
   * @param origin names this session
   * @param listening where this side listens, should it be the passive one
   * @param fingerprint of this side's certificate
   * @return the offer
   */
  public static Offer stream(Origin origin, InetSocketAddress listening, Fingerprint fingerprint) {
    StreamMedia media = new StreamMedia(listening, Setup.ACTPASS, List.of(fingerprint));
    return new Offer(
        new SessionDescription(
            origin.line(listening.getAddress()),
            null,
            List.of(),
            List.of(media.toMediaDescription())));
  }

  /**
   * Reads the answer.
   *
   * @param answer the session description of the 200
   * @return what is settled
   * @throws SdpException if the answer does not fit the offer or refuses all of it
   */
  public Agreement settle(SessionDescription answer) throws SdpException {
    if (answer.media().size() != description.media().size()) {
      throw new SdpException(
          "the answer has "
              + answer.media().size()
              + " m= lines and the offer "
              + description.media().size());
    }
    for (MediaDescription line : answer.media()) {
      if (line.port() != 0) {
        return settle(answer, line);
      }
    }
    throw new SdpException("the answer refuses every m= line");
  }

  private static Agreement settle(SessionDescription answer, MediaDescription line)
      throws SdpException {
    if (!StreamMedia.describes(line)) {
      throw new SdpException("the answer keeps something that was not offered");
    }
    StreamMedia peer = StreamMedia.read(answer, line, Setup.PASSIVE);
    Setup role =
        switch (peer.setup()) {
          case ACTIVE -> Setup.PASSIVE;
          case PASSIVE -> Setup.ACTIVE;
          case ACTPASS, HOLDCONN ->
              throw new SdpException("an answer may not say a=setup:" + peer.setup());
        };
    return new Agreement(role, peer.address(), peer.fingerprints());
  }
}
