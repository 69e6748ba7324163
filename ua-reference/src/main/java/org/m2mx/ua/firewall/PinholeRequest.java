package org.m2mx.ua.firewall;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import org.m2mx.ua.net.IpText;

/**
 * The hole that a session needs: from its peer to this side's port, inwards. IPv6 only, where a
 * firewall has to let packets pass but no address has to be translated.
 *
 * @param protocol what to let through
 * @param own where this side listens; resolved, IPv6, port 1 to 65535
 * @param peer the only address to let in
 * @param peerPort the only port of the peer to let in, 1 to 65535; empty if it is not known
 * @param lease after which the hole is to close by itself unless it is renewed, 1 second to a day
 */
public record PinholeRequest(
    TransportProtocol protocol,
    InetSocketAddress own,
    Inet6Address peer,
    OptionalInt peerPort,
    Duration lease) {
  private static final Duration DAY = Duration.ofDays(1);

  /** Checks the ranges. */
  public PinholeRequest {
    Objects.requireNonNull(protocol);
    Objects.requireNonNull(peer);
    if (!(own.getAddress() instanceof Inet6Address) || own.getPort() == 0) {
      throw new IllegalArgumentException(own + " is not an IPv6 address with a port");
    }
    if (peerPort.isPresent() && (peerPort.getAsInt() < 1 || peerPort.getAsInt() > 65535)) {
      throw new IllegalArgumentException("port " + peerPort.getAsInt());
    }
    if (lease.toSeconds() < 1 || lease.compareTo(DAY) > 0) {
      throw new IllegalArgumentException("a lease of " + lease);
    }
  }

  /** Returns this side's address. */
  public Inet6Address ownAddress() {
    return (Inet6Address) own.getAddress();
  }

  /** Returns the hole in words, such as {@code from 2001:db8::1 to port 4242}. */
  @Override
  public String toString() {
    String from = IpText.of(peer);
    if (peerPort.isPresent()) {
      from = IpText.of(new InetSocketAddress(peer, peerPort.getAsInt()));
    }
    return "from " + from + " to port " + own.getPort();
  }
}
