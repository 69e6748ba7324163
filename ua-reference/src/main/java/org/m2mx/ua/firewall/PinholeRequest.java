package org.m2mx.ua.firewall;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import org.m2mx.ua.net.IpText;

/**
 * The hole that a session needs: from its peer to this side's port, inwards. Where a gateway
 * translates IPv4 addresses it has to be asked before the peer is known, since the peer has to be
 * told by which address it can come.
 *
 * @param protocol what to let through
 * @param own where this side listens; resolved, port 1 to 65535
 * @param peer the only address to let in, of the same family, or that family's unspecified address
 *     for anybody
 * @param peerPort the only port of the peer to let in, 1 to 65535; empty if it is not known
 * @param lease after which the hole is to close by itself unless it is renewed, 1 second to a day
 */
public record PinholeRequest(
    TransportProtocol protocol,
    InetSocketAddress own,
    InetAddress peer,
    OptionalInt peerPort,
    Duration lease) {
  private static final String ANYBODY = "anybody";
  private static final Duration DAY = Duration.ofDays(1);

  /** Checks the ranges. */
  public PinholeRequest {
    Objects.requireNonNull(protocol);
    if (own.isUnresolved() || own.getPort() == 0) {
      throw new IllegalArgumentException(own + " is not an address with a port");
    }
    if (own.getAddress() instanceof Inet4Address != peer instanceof Inet4Address) {
      throw new IllegalArgumentException(peer + " cannot reach " + own);
    }
    if (peerPort.isPresent() && (peerPort.getAsInt() < 1 || peerPort.getAsInt() > 65535)) {
      throw new IllegalArgumentException("port " + peerPort.getAsInt());
    }
    if (lease.toSeconds() < 1 || lease.compareTo(DAY) > 0) {
      throw new IllegalArgumentException("a lease of " + lease);
    }
  }

  /** Returns this side's address. */
  public InetAddress ownAddress() {
    return own.getAddress();
  }

  /** Returns the hole in words, such as {@code from 2001:db8::1 to TCP port 4242}. */
  @Override
  public String toString() {
    return from(source());
  }

  /**
   * Returns in words what becomes of it, such as {@code from anybody to TCP port 4242}.
   *
   * @param restriction how tightly whoever opens it restricts it
   */
  public String openedBy(SourceRestriction restriction) {
    return restriction == SourceRestriction.ANY_SOURCE ? from(ANYBODY) : toString();
  }

  private String from(String source) {
    return "from " + source + " to " + protocol + " port " + own.getPort();
  }

  private String source() {
    if (peer.isAnyLocalAddress()) {
      return ANYBODY;
    }
    return peerPort.isPresent()
        ? IpText.of(new InetSocketAddress(peer, peerPort.getAsInt()))
        : IpText.of(peer);
  }
}
