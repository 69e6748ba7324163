package org.m2mx.ua.sdp;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * An offer that this user agent has made, and the reading of its answer (RFC 3264 sections 5 and
 * 7). It has a media line for each protocol; the answer keeps one of them.
 *
 * @param description the offer as sent
 */
public record Offer(SessionDescription description) {

  /**
   * Offers a choice of protocols, leaving to the answer which, and who opens the channel.
   *
   * @param origin names this session
   * @param listening where this side listens, should it be the passive one, by protocol; in the
   *     order of its preference, all at one address, and not empty
   * @param credential what this side says of its key
   * @param name the association's or tunnel's, should it be of datagrams or one
   * @param resumption how a stream is to go on by another connection if the answer agrees, or null
   * @return the offer
   */
  public static Offer of(
      Origin origin,
      Map<DataProtocol, InetSocketAddress> listening,
      Credential credential,
      String name,
      Resumption resumption) {
    List<MediaDescription> lines =
        listening.entrySet().stream()
            .map(
                end ->
                    DataMedia.own(
                            end.getKey(),
                            end.getValue(),
                            Setup.ACTPASS,
                            credential,
                            name,
                            resumption)
                        .toMediaDescription())
            .toList();
    InetSocketAddress first = listening.values().iterator().next();
    return new Offer(
        new SessionDescription(origin.line(first.getAddress()), null, List.of(), lines));
  }

  /**
   * Offers the same protocol from another address, in a session that stands (RFC 3264 section 8):
   * the lines of the last description in their places, all but one with port 0.
   *
   * @param last what this side has sent last, an offer or an answer
   * @param protocol the one that is spoken
   * @param listening where this side listens now, should it be the passive one
   * @param credential what this side says of its key
   * @param name the new association's or tunnel's, should it be of datagrams or one
   * @param resumption that of a stream that goes on, or null
   * @return the offer
   */
  public static Offer again(
      SessionDescription last,
      DataProtocol protocol,
      InetSocketAddress listening,
      Credential credential,
      String name,
      Resumption resumption) {
    MediaDescription kept =
        DataMedia.own(protocol, listening, Setup.ACTPASS, credential, name, resumption)
            .toMediaDescription();
    List<MediaDescription> lines =
        last.media().stream()
            .map(
                line ->
                    DataMedia.protocolOf(line).filter(protocol::equals).isPresent()
                        ? kept
                        : line.refused())
            .toList();
    // A refused line needs no address, but RFC 8866 wants one for every line all the same.
    return new Offer(
        new SessionDescription(
            last.nextOrigin(), new Connection(listening.getAddress()), List.of(), lines));
  }

  /**
   * Reads the answer.
   *
   * @param answer the session description of the 200
   * @return what is settled
   * @throws SdpException if the answer does not fit the offer, keeps several lines of it or none
   */
  public Agreement settle(SessionDescription answer) throws SdpException {
    if (answer.media().size() != description.media().size()) {
      throw new SdpException(
          "the answer has "
              + answer.media().size()
              + " m= lines and the offer "
              + description.media().size());
    }
    Agreement settled = null;
    for (int i = 0; i < answer.media().size(); i++) {
      MediaDescription line = answer.media().get(i);
      if (line.port() != 0) {
        if (settled != null) {
          throw new SdpException("the answer keeps several m= lines where one is to be chosen");
        }
        settled = settle(answer, line, description.media().get(i));
      }
    }
    if (settled == null) {
      throw new SdpException("the answer refuses every m= line");
    }
    return settled;
  }

  private static Agreement settle(
      SessionDescription answer, MediaDescription line, MediaDescription offered)
      throws SdpException {
    DataProtocol protocol =
        DataMedia.protocolOf(line)
            .filter(named -> DataMedia.protocolOf(offered).filter(named::equals).isPresent())
            .orElseThrow(() -> new SdpException("the answer keeps something that was not offered"));
    DataMedia peer = DataMedia.read(answer, line, protocol, Setup.PASSIVE);
    Setup role =
        switch (peer.setup()) {
          case ACTIVE -> Setup.PASSIVE;
          case PASSIVE -> Setup.ACTIVE;
          case ACTPASS, HOLDCONN ->
              throw new SdpException("an answer may not say a=setup:" + peer.setup());
        };
    if (peer.tunnel() != null && !peer.tunnel().isNamedIn(offered)) {
      throw new SdpException("the answer names another tunnel than the offer");
    }
    if (peer.resumption() != null && Resumption.read(offered) == null) {
      throw new SdpException(
          "the answer takes up what was not offered: " + peer.resumption().toAttribute());
    }
    return new Agreement(
        protocol, role, peer.address(), peer.fingerprints(), peer.tunnel(), peer.resumption());
  }
}
