package org.m2mx.sipcontainer.transport;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.m2mx.sipcontainer.config.AddressText;

/**
 * Whom a limit on connections holds for: an IPv4 address, or the /64 an IPv6 address is in, since a
 * host has all of that to itself.
 *
 * @param network in hexadecimal, 4 or 8 bytes
 */
record Source(String network) {
  private static final int PREFIX_BYTES = 8;

  static Source of(InetAddress address) {
    byte[] bytes = address.getAddress();
    return new Source(
        HexFormat.of().formatHex(Arrays.copyOf(bytes, Math.min(bytes.length, PREFIX_BYTES))));
  }

  /** How the source of an address stands in log lines. */
  static String shown(InetAddress address) {
    return AddressText.plain(address) + (address.getAddress().length == 4 ? "" : "/64");
  }

  // Written out: the generated ones leave the class in a cache of the JDK that outlives undeploy.
  @Override
  public boolean equals(Object other) {
    return other instanceof Source that && network.equals(that.network);
  }

  @Override
  public int hashCode() {
    return network.hashCode();
  }
}
