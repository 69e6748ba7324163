package org.m2mx.sipcontainer.dns;

import java.util.Optional;
import javax.sip.address.SipURI;
import org.m2mx.sipcontainer.config.Transport;

/**
 * Where a URI leads, before anybody has looked that up.
 *
 * @param host a name, not an address
 * @param port empty when the URI names none
 * @param transport empty when the URI names none
 * @param secure whether only TLS will do ({@code sips}), be it under a WebSocket
 */
public record Destination(
    String host, Optional<Integer> port, Optional<Transport> transport, boolean secure) {

  /**
   * Reads a URI.
   *
   * @throws IllegalArgumentException when it asks for a transport that is not spoken here
   */
  public static Destination of(SipURI uri) {
    String host = uri.getMAddrParam() != null ? uri.getMAddrParam() : uri.getHost();
    return new Destination(
        host,
        uri.getPort() > 0 ? Optional.of(uri.getPort()) : Optional.empty(),
        Optional.ofNullable(uri.getTransportParam()).map(Transport::of),
        uri.isSecure());
  }

  /** What {@code sips} means: TLS, or under a WebSocket TLS (RFC 7118 section 5.2). */
  Transport secureTransport() {
    return transport.filter(Transport::isWebSocket).isPresent() ? Transport.WSS : Transport.TLS;
  }
}
