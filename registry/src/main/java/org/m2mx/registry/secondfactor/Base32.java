package org.m2mx.registry.secondfactor;

/** Base 32 (RFC 4648 section 6) without padding. */
final class Base32 {
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int BITS = 5;

  private Base32() {}

  static String encode(byte[] octets) {
    var text = new StringBuilder();
    var buffer = 0;
    var bits = 0;
    for (var octet : octets) {
      buffer = buffer << Byte.SIZE | octet & 0xff;
      bits += Byte.SIZE;
      while (bits >= BITS) {
        bits -= BITS;
        text.append(ALPHABET.charAt(buffer >> bits & 0x1f));
      }
      buffer &= (1 << bits) - 1;
    }
    if (bits > 0) {
      text.append(ALPHABET.charAt(buffer << BITS - bits & 0x1f));
    }
    return text.toString();
  }
}
