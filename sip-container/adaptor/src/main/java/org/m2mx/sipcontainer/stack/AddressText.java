package org.m2mx.sipcontainer.stack;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Addresses as they stand in SIP URIs and Via headers. */
final class AddressText {
  private AddressText() {}

  /** Whether a host is an address literal and not a name. */
  static boolean isLiteral(String host) {
    return !host.isEmpty()
        && (host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9'));
  }

  /** Reads an address literal, in brackets or not; empty for names. Never asks the DNS. */
  static Optional<InetAddress> literal(String host) {
    if (!isLiteral(host)) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** The one way this container writes an address into a header. */
  static String inHeader(InetAddress address) {
    String text = address.getHostAddress();
    return text.indexOf(':') >= 0 ? "[" + text + "]" : text;
  }
}
