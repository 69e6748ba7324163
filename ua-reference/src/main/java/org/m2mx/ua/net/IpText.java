package org.m2mx.ua.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** IP addresses as text, IPv6 in the form of RFC 5952. */
public final class IpText {
  private IpText() {}

  /**
   * Writes an address without its zone.
   *
   * @param address the address
   * @return such as {@code 2001:db8::1} or {@code 192.0.2.1}
   */
  public static String of(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    int[] groups = groups(address.getAddress());
    int start = -1;
    int length = 1;
    for (int i = 0; i < groups.length; i++) {
      int end = i;
      while (end < groups.length && groups[end] == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < groups.length; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
        continue;
      }
      if (text.length() > 0 && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }

  /**
   * Writes an address for use where a port or a path may follow.
   *
   * @param address the address
   * @return such as {@code [2001:db8::1]} or {@code 192.0.2.1}
   */
  public static String bracketed(InetAddress address) {
    return address instanceof Inet6Address ? "[" + of(address) + "]" : of(address);
  }

  /**
   * Writes an address and a port.
   *
   * @param address a resolved address
   * @return such as {@code [2001:db8::1]:5061}
   */
  public static String of(InetSocketAddress address) {
    return bracketed(address.getAddress()) + ":" + address.getPort();
  }

  private static int[] groups(byte[] bytes) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }
    return groups;
  }
}
