package org.m2mx.sipcontainer.flow;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import javax.servlet.sip.SipServletMessage;
import javax.servlet.sip.SipURI;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.config.Transport;

/**
 * The way one message came: a connection, or for UDP a pair of addresses (RFC 5626 section 3.2). A
 * flow is a value; it can be stored as its {@link #token()} and outlives its connection, after
 * which it is closed for good: a new connection from the same address and port is another flow.
 *
 * <p>To send a request down a flow, push its {@link #route()}:
 *
 * <pre>
 * ProxyBranch branch = proxy.createProxyBranches(List.of(contact)).get(0);
 * branch.getRequest().pushRoute(flow.route());
 * </pre>
 *
 * @param transport the transport
 * @param localAddress this server's address literal, without brackets
 * @param localPort this server's port
 * @param remoteAddress the peer's address literal as seen from here, without brackets
 * @param remotePort the peer's port as seen from here
 * @param connection what tells this connection from every other there was; empty for UDP
 */
public record Flow(
    Transport transport,
    String localAddress,
    int localPort,
    String remoteAddress,
    int remotePort,
    String connection) {

  private static final String SEPARATOR = " ";

  /** Checks for null. */
  public Flow {
    Objects.requireNonNull(transport);
    Objects.requireNonNull(localAddress);
    Objects.requireNonNull(remoteAddress);
    Objects.requireNonNull(connection);
  }

  /**
   * Builds a flow from socket addresses.
   *
   * @param connection empty for UDP
   */
  public static Flow between(
      Transport transport, InetSocketAddress local, InetSocketAddress remote, String connection) {
    return new Flow(
        transport,
        AddressText.plain(local.getAddress()),
        local.getPort(),
        AddressText.plain(remote.getAddress()),
        remote.getPort(),
        connection);
  }

  /**
   * The flow a request or response arrived on.
   *
   * @throws IllegalArgumentException when the message did not come from the network
   */
  public static Flow of(SipServletMessage message) {
    return find(message)
        .orElseThrow(
            () -> new IllegalArgumentException("the message did not come from the network"));
  }

  /**
   * The flow a request or response arrived on; empty when it did not come from the network: what
   * the container or an application has made itself, or what is left of an exchange that both sides
   * ended at once.
   */
  public static Optional<Flow> find(SipServletMessage message) {
    return FlowTable.current().find(message);
  }

  /**
   * Whether a message can be sent down this flow: the connection is still open, in this server, in
   * this run of it. UDP flows are always open.
   */
  public boolean isOpen() {
    return transport == Transport.UDP || FlowTable.current().isOpen(this);
  }

  /**
   * A new address to push as Route on a request that shall go down this flow, whatever its other
   * Routes and its Request-URI say. The container takes it away before the request is sent. When
   * the flow is closed the request is answered at once with 430 (Flow Failed), and no connection is
   * opened in its stead.
   */
  public SipURI route() {
    return FlowTable.current().routeOf(this);
  }

  /**
   * How long the peer may be silent before its connection is closed; empty when it never is. A CRLF
   * breaks the silence (RFC 5626 section 3.5.1).
   */
  public Optional<Duration> longestSilence() {
    return FlowTable.current().longestSilence(this);
  }

  /** This flow as text of URL-safe characters, up to 200, for {@link #parse(String)}. */
  public String token() {
    String text =
        String.join(
            SEPARATOR,
            transport.parameter(),
            localAddress,
            Integer.toString(localPort),
            remoteAddress,
            Integer.toString(remotePort),
            connection);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Reads a flow back from its token. The connection's part of it is random and known only here, so
   * a token cannot be guessed; keep tokens from peers nevertheless.
   *
   * @throws IllegalArgumentException when the text is no token
   */
  public static Flow parse(String token) {
    String[] parts =
        new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII)
            .split(SEPARATOR, -1);
    if (parts.length != 6) {
      throw new IllegalArgumentException("not a flow token");
    }
    try {
      return new Flow(
          Transport.of(parts[0]),
          parts[1],
          Integer.parseInt(parts[2]),
          parts[3],
          Integer.parseInt(parts[4]),
          parts[5]);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a flow token", e);
    }
  }

  // Written out: the generated ones leave the class in a cache of the JDK that outlives undeploy.
  @Override
  public boolean equals(Object other) {
    return other instanceof Flow that
        && transport == that.transport
        && connection.equals(that.connection)
        && localPort == that.localPort
        && remotePort == that.remotePort
        && localAddress.equals(that.localAddress)
        && remoteAddress.equals(that.remoteAddress);
  }

  @Override
  public int hashCode() {
    return Objects.hash(transport, connection, remoteAddress, remotePort);
  }

  /** The flow as it stands in log lines: {@code tls [::1]:5061 <- [::1]:40000}. */
  @Override
  public String toString() {
    return "%s %s <- %s"
        .formatted(
            transport.parameter(),
            shown(localAddress, localPort),
            shown(remoteAddress, remotePort));
  }

  private static String shown(String address, int port) {
    return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
  }
}
