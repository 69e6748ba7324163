package org.m2mx.ua.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** How far an IPv4 address is known. */
public final class Ipv4Scope {
  private static final int SHARED = 100 << 8 | 64;
  private static final int SHARED_MASK = 0xffc0;

  private Ipv4Scope() {}

  /**
   * Says whether an address is known in its own network only: those of RFC 1918 and RFC 3927, and
   * those that ISPs share among their customers (RFC 6598).
   *
   * @param address of either family
   * @return false for IPv6
   */
  public static boolean isPrivate(InetAddress address) {
    if (!(address instanceof Inet4Address)) {
      return false;
    }
    byte[] octets = address.getAddress();
    int first = (octets[0] & 0xff) << 8 | (octets[1] & 0xff);
    return address.isSiteLocalAddress()
        || address.isLinkLocalAddress()
        || (first & SHARED_MASK) == SHARED;
  }

  /**
   * Says whether a gateway is likely to translate one of this machine's addresses on the way to
   * another: the address is private, and the other is not on the same link.
   *
   * @param own one of this machine's addresses
   * @param other where packets go to
   * @return false for IPv6
   */
  public static boolean isTranslated(InetAddress own, InetAddress other) {
    return isPrivate(own) && other instanceof Inet4Address && !isOnLink(own, other);
  }

  private static boolean isOnLink(InetAddress own, InetAddress other) {
    try {
      NetworkInterface link = NetworkInterface.getByInetAddress(own);
      return link != null
          && link.getInterfaceAddresses().stream()
              .filter(address -> address.getAddress().equals(own))
              .anyMatch(address -> shares(address, other));
    } catch (SocketException e) {
      return false;
    }
  }

  private static boolean shares(InterfaceAddress address, InetAddress other) {
    int shift = Integer.SIZE - address.getNetworkPrefixLength();
    return number(address.getAddress()) >>> shift == number(other) >>> shift;
  }

  private static long number(InetAddress address) {
    long number = 0;
    for (byte octet : address.getAddress()) {
      number = number << 8 | (octet & 0xff);
    }
    return number;
  }
}
