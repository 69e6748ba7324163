package org.m2mx.sipcontainer.digest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/** The hash algorithms of digest authentication (RFC 8760 section 2.1), strongest first. */
public enum DigestAlgorithm {
  /** SHA-512/256. */
  SHA_512_256("SHA-512-256", "SHA-512/256", 32),
  /** SHA-256. */
  SHA_256("SHA-256", "SHA-256", 32),
  /** MD5, for devices that know nothing better. */
  MD5("MD5", "MD5", 16);

  private final String token;
  private final String javaName;
  private final int octets;

  DigestAlgorithm(String token, String javaName, int octets) {
    this.token = token;
    this.javaName = javaName;
    this.octets = octets;
  }

  /**
   * Finds the algorithm of a header field's {@code algorithm} parameter.
   *
   * @param token in any case
   * @return empty when it is none of these; {@code -sess} variants are none of these
   */
  public static Optional<DigestAlgorithm> of(String token) {
    return Arrays.stream(values()).filter(known -> known.token.equalsIgnoreCase(token)).findFirst();
  }

  /** The token that names it in header fields. */
  public String token() {
    return token;
  }

  /** The length of its hash in octets. */
  public int octets() {
    return octets;
  }

  /**
   * H(user:realm:password), the A1 of RFC 7616 section 3.4.2 hashed, in UTF-8.
   *
   * @return {@link #octets()} octets
   */
  public byte[] ha1(String user, String realm, String password) {
    return hash(user + ':' + realm + ':' + password);
  }

  byte[] hash(String text) {
    try {
      return MessageDigest.getInstance(javaName).digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java runtime lacks " + javaName, e);
    }
  }
}
