package org.m2mx.sip.knock;

import java.net.Inet4Address;
import java.net.InetAddress;

/** In which networks an address is known. */
enum Scope {
  /** On one link. */
  LINK,
  /** In private IPv4 networks (RFC 1918). */
  PRIVATE,
  /** Between an ISP and its customers (RFC 6598). */
  SHARED,
  /** In IPv6 networks of their own (RFC 4193), and those of before (RFC 3879). */
  UNIQUE_LOCAL,
  /** Everywhere. */
  GLOBAL;

  private static final int UNIQUE_LOCAL_MASK = 0xfe;
  private static final int UNIQUE_LOCAL_PREFIX = 0xfc;
  private static final int SHARED_MASK = 0xffc0;
  private static final int SHARED_PREFIX = 100 << 8 | 64;

  static Scope of(InetAddress address) {
    if (address.isLinkLocalAddress()) {
      return LINK;
    }
    byte[] octets = address.getAddress();
    if (address instanceof Inet4Address) {
      int first = (octets[0] & 0xff) << 8 | octets[1] & 0xff;
      return address.isSiteLocalAddress()
          ? PRIVATE
          : (first & SHARED_MASK) == SHARED_PREFIX ? SHARED : GLOBAL;
    }
    return address.isSiteLocalAddress() || (octets[0] & UNIQUE_LOCAL_MASK) == UNIQUE_LOCAL_PREFIX
        ? UNIQUE_LOCAL
        : GLOBAL;
  }
}
