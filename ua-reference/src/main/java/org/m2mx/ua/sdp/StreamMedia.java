package org.m2mx.ua.sdp;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A stream over TLS over TCP: {@code m=application <port> TCP/TLS m2mx} with the {@code setup} and
 * {@code connection} attributes of RFC 4145 and the {@code fingerprint} of RFC 8122.
 *
 * @param address where the endpoint is; its port means something only if it may be passive
 * @param setup who may open the connection
 * @param fingerprints of the endpoint's certificate; at least one is strong
 */
public record StreamMedia(InetSocketAddress address, Setup setup, List<Fingerprint> fingerprints) {
  /** The media type. */
  static final String MEDIA = "application";

  /** The transport (RFC 8122 section 4). */
  static final String PROTOCOL = "TCP/TLS";

  /** The format: bytes, both ways, until either side ends its half. */
  static final String FORMAT = "m2mx";

  /** The port that an active endpoint gives (RFC 4145 section 4.1). */
  static final int DISCARD_PORT = 9;

  /** Copies the fingerprints. */
  public StreamMedia {
    fingerprints = List.copyOf(fingerprints);
  }

  /** Says whether a media line speaks of this protocol at all. */
  static boolean describes(MediaDescription line) {
    return line.media().equals(MEDIA)
        && line.protocol().equals(PROTOCOL)
        && line.formats().contains(FORMAT);
  }

  /**
   * Reads the endpoint from a media line.
   *
   * @param description the session
   * @param line one of its lines, that {@link #describes} accepts and whose port is not 0
   * @param absentSetup the role where none is given: RFC 4145 section 4 has one for offers and
   *     another for answers
   * @return the endpoint
   * @throws SdpException if the line cannot be agreed to; the message says why
   */
  static StreamMedia read(SessionDescription description, MediaDescription line, Setup absentSetup)
      throws SdpException {
    String setup = line.attribute("setup").orElse(absentSetup.toString());
    String connection = line.attribute("connection").orElse("new");
    if (!connection.equals("new")) {
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
    return new StreamMedia(
        new InetSocketAddress(address, line.port()), Setup.parse(setup), fingerprints);
  }

  /** Writes the endpoint as a media line. */
  MediaDescription toMediaDescription() {
    List<Attribute> attributes = new ArrayList<>();
    attributes.add(new Attribute("setup", setup.toString()));
    attributes.add(new Attribute("connection", "new"));
    fingerprints.forEach(print -> attributes.add(new Attribute("fingerprint", print.toString())));
    int port = setup == Setup.ACTIVE ? DISCARD_PORT : address.getPort();
    return new MediaDescription(
        MEDIA, port, PROTOCOL, List.of(FORMAT), new Connection(address.getAddress()), attributes);
  }
}
