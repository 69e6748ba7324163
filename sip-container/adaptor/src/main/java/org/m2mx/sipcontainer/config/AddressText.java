package org.m2mx.sipcontainer.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Addresses as text; for IPv6 there is one right way to write them (RFC 5952). */
public final class AddressText {
  private static final int GROUPS = 8;

  private AddressText() {}

  /** Whether a host is an address literal, in brackets or not, and not a name. */
  public static boolean isLiteral(String host) {
    return !host.isEmpty()
        && (host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9'));
  }

  /** Reads an address literal, in brackets or not; empty for names. Never asks the DNS. */
  public static Optional<InetAddress> literal(String host) {
    if (!isLiteral(host)) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** The address without brackets and zone. */
  public static String plain(InetAddress address) {
    return address instanceof Inet6Address
        ? compressed(address.getAddress())
        : address.getHostAddress();
  }

  /** The address as it stands in URIs and Via headers: IPv6 in brackets. */
  public static String inHeader(InetAddress address) {
    return address instanceof Inet6Address ? "[" + plain(address) + "]" : plain(address);
  }

  private static String compressed(byte[] bytes) {
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
    }
    int start = -1;
    int length = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
