package org.m2mx.ua.sdp;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An end of a data channel: {@code m=application <port> <protocol> m2mx} with the {@code setup}
 * attribute of RFC 4145 and the {@code fingerprint} of RFC 8122. {@code connection} (RFC 4145)
 * belongs to streams only, {@code tls-id} (RFC 8842) to datagrams only; {@code ike-setup} in place
 * of {@code setup} to a tunnel (RFC 6193), and its terms besides. A stream, in a tunnel or not, may
 * also be one that goes on when its connection is lost.
 *
 * @param protocol what the channel speaks
 * @param address where the endpoint is; for a stream its port means something only if the endpoint
 *     may be passive, for datagrams it is also the one it sends from
 * @param setup who may open the channel
 * @param fingerprints of the endpoint's certificate; at least one is strong
 * @param tlsId names the association, or null where the protocol or the peer has none
 * @param tunnel the terms of a tunnel, or null where the channel is none
 * @param resumption how a stream goes on by another connection, or null if it does not
 */
public record DataMedia(
    DataProtocol protocol,
    InetSocketAddress address,
    Setup setup,
    List<Fingerprint> fingerprints,
    String tlsId,
    TunnelTerms tunnel,
    Resumption resumption) {
  private static final String MEDIA = "application";

  /** The port that an active endpoint of a stream gives (RFC 4145 section 4.1). */
  private static final int DISCARD_PORT = 9;

  /** Copies the fingerprints. */
  public DataMedia {
    fingerprints = List.copyOf(fingerprints);
  }

  /** Says which protocol a media line speaks, empty if it is none for data channels. */
  static Optional<DataProtocol> protocolOf(MediaDescription line) {
    return line.media().equals(MEDIA) ? DataProtocol.of(line) : Optional.empty();
  }

  /**
   * This side's end, of which nothing is known yet but what it offers or answers.
   *
   * @param name the association's or tunnel's, which streams have none of
   * @param resumption how a stream is to go on by another connection, or null if it is not; packets
   *     cannot
   */
  static DataMedia own(
      DataProtocol protocol,
      InetSocketAddress address,
      Setup setup,
      Credential credential,
      String name,
      Resumption resumption) {
    return new DataMedia(
        protocol,
        address,
        setup,
        List.of(credential.fingerprint()),
        protocol == DataProtocol.UDP_DTLS ? name : null,
        protocol == DataProtocol.IKE_ESP_UDPENCAP
            ? new TunnelTerms(name, credential.certificate())
            : null,
        protocol.isStream() ? resumption : null);
  }

  /**
   * Reads the endpoint from a media line.
   *
   * @param description the session
   * @param line one of its lines, whose port is not 0
   * @param protocol what it speaks
   * @param absentSetup the role where none is given: RFC 4145 section 4 has one for offers and
   *     another for answers
   * @return the endpoint
   * @throws SdpException if the line cannot be agreed to; the message says why
   */
  static DataMedia read(
      SessionDescription description,
      MediaDescription line,
      DataProtocol protocol,
      Setup absentSetup)
      throws SdpException {
    String setup = line.attribute(protocol.setupAttribute()).orElse(absentSetup.toString());
    String connection = line.attribute("connection").orElse("new");
    if (protocol == DataProtocol.TCP_TLS && !connection.equals("new")) {
      throw new SdpException("a=connection:" + connection + " where there is no connection yet");
    }
    var address = description.connectionOf(line).address();
    if (address.isAnyLocalAddress()) {
      throw new SdpException("a wildcard address, " + address.getHostAddress());
    }
    List<Fingerprint> fingerprints = description.fingerprintsOf(line);
    if (fingerprints.stream().noneMatch(Fingerprint::isStrong)) {
      throw new SdpException("no a=fingerprint by SHA-256 or stronger");
    }
    return new DataMedia(
        protocol,
        new InetSocketAddress(address, line.port()),
        Setup.parse(setup),
        fingerprints,
        line.attribute("tls-id").orElse(null),
        protocol == DataProtocol.IKE_ESP_UDPENCAP ? TunnelTerms.read(line, fingerprints) : null,
        protocol.isStream() ? Resumption.read(line) : null);
  }

  /** Writes the endpoint as a media line. */
  MediaDescription toMediaDescription() {
    List<Attribute> attributes = new ArrayList<>();
    attributes.add(new Attribute(protocol.setupAttribute(), setup.toString()));
    if (protocol == DataProtocol.TCP_TLS) {
      attributes.add(new Attribute("connection", "new"));
    }
    if (tlsId != null) {
      attributes.add(new Attribute("tls-id", tlsId));
    }
    fingerprints.forEach(print -> attributes.add(new Attribute("fingerprint", print.toString())));
    if (tunnel != null) {
      attributes.addAll(tunnel.toAttributes());
    }
    if (resumption != null) {
      attributes.add(resumption.toAttribute());
    }
    boolean discards = protocol == DataProtocol.TCP_TLS && setup == Setup.ACTIVE;
    return new MediaDescription(
        MEDIA,
        discards ? DISCARD_PORT : address.getPort(),
        protocol.sdpName(),
        List.of(protocol.format()),
        new Connection(address.getAddress()),
        attributes);
  }
}
