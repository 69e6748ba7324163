package org.m2mx.ua.transfer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 over what is given to it bit by bit. */
final class Sha256 {
  /** How many hexadecimal digits a checksum has. */
  static final int DIGITS = 64;

  private final MessageDigest digest;

  Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  void add(byte[] bytes, int length) {
    digest.update(bytes, 0, length);
  }

  /** Returns the checksum in lower-case hexadecimal digits, and starts anew. */
  String result() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
