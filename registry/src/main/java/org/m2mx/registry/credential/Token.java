package org.m2mx.registry.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A secret that is all one needs, such as the end of a link or a program's key. It prints as stars,
 * and the registry keeps its hash only: with 256 random bits, that needs no salt and no slowness.
 */
public final class Token {
  /** How many characters a token has: letters, digits, hyphens and underscores. */
  public static final int LENGTH = 43;

  private static final int OCTETS = 32;

  private final String text;

  private Token(String text) {
    this.text = text;
  }

  /** A token that nobody has. */
  public static Token generate(SecureRandom random) {
    var octets = new byte[OCTETS];
    random.nextBytes(octets);
    return of(octets);
  }

  /**
   * A token made of octets that nobody can guess.
   *
   * @param octets 32
   */
  public static Token of(byte[] octets) {
    return new Token(Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
  }

  /**
   * A token as somebody shows it, genuine or not.
   *
   * @param text any, also of another length
   */
  public static Token shown(String text) {
    return new Token(text);
  }

  /** What is kept of it: the SHA-256 in 64 hexadecimal digits. */
  public String hash() {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java runtime lacks SHA-256", e);
    }
  }

  /** The token itself. Never to be logged. */
  public String reveal() {
    return text;
  }

  @Override
  public String toString() {
    return "****";
  }
}
