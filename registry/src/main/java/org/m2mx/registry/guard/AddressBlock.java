package org.m2mx.registry.guard;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Addresses that begin alike (RFC 4632 section 3.1, RFC 4291 section 2.3).
 *
 * @param network the first of them
 * @param prefixLength how many bits they have in common: 0 to 32, or to 128 for IPv6
 */
public record AddressBlock(InetAddress network, int prefixLength) {
  /** What a home, and so a guesser, is given of IPv6 at the least (RFC 6177 section 2). */
  private static final int HOME_PREFIX = 64;

  // Nothing that a look-up in the DNS could be made of.
  private static final Pattern LITERAL =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F.]*:[0-9a-fA-F:.]*");

  /**
   * Clears the bits that do not belong to the prefix.
   *
   * @throws IllegalArgumentException when the prefix is longer than an address
   */
  public AddressBlock {
    byte[] bits = network.getAddress();
    if (prefixLength < 0 || prefixLength > bits.length * Byte.SIZE) {
      throw new IllegalArgumentException(
          "a prefix has 0 to " + bits.length * Byte.SIZE + " bits here, not " + prefixLength);
    }
    network = address(firstBits(bits, prefixLength));
  }

  /**
   * Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32}, or a single address.
   *
   * @throws IllegalArgumentException when the text is nothing of the kind; names are never looked
   *     up
   */
  public static AddressBlock parse(String text) {
    String[] parts = text.strip().split("/", -1);
    try {
      InetAddress network = literal(parts[0]);
      if (parts.length == 1) {
        return new AddressBlock(network, network.getAddress().length * Byte.SIZE);
      } else if (parts.length == 2) {
        return new AddressBlock(network, Integer.parseInt(parts[1]));
      }
    } catch (IllegalArgumentException e) {
      throw malformed(text, e);
    }
    throw malformed(text, null);
  }

  /**
   * All that one guesser can send from without effort: a single IPv4 address, the /64 of an IPv6
   * address.
   *
   * @param address an address literal; the zone it may have (RFC 4007 section 11) is a link of ours
   *     and left out
   * @throws IllegalArgumentException when it is none
   */
  public static AddressBlock around(String address) {
    InetAddress literal = literal(address.replaceFirst("%.*", ""));
    return new AddressBlock(literal, literal instanceof Inet4Address ? Integer.SIZE : HOME_PREFIX);
  }

  /** Whether all addresses of another block are among these. */
  public boolean contains(AddressBlock other) {
    byte[] bits = other.network.getAddress();
    return bits.length == network.getAddress().length
        && other.prefixLength >= prefixLength
        && Arrays.equals(firstBits(bits, prefixLength), network.getAddress());
  }

  private static InetAddress literal(String text) {
    if (!LITERAL.matcher(text).matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is no IP address");
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("\"" + text + "\" is no IP address", e);
    }
  }

  private static byte[] firstBits(byte[] bits, int count) {
    byte[] kept = new byte[bits.length];
    for (int i = 0; i < kept.length; i++) {
      int wanted = Math.max(0, Math.min(Byte.SIZE, count - i * Byte.SIZE));
      kept[i] = (byte) (bits[i] & 0xff << Byte.SIZE - wanted);
    }
    return kept;
  }

  private static InetAddress address(byte[] bits) {
    try {
      return InetAddress.getByAddress(bits);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address keeps its length", e);
    }
  }

  private static IllegalArgumentException malformed(String text, Throwable cause) {
    return new IllegalArgumentException(
        "\"%s\" is no block of addresses such as 192.0.2.0/24 or 2001:db8::/32".formatted(text),
        cause);
  }

  /** The block as it is read: {@code 192.0.2.7/32}. */
  @Override
  public String toString() {
    return network.getHostAddress() + "/" + prefixLength;
  }
}
