package org.m2mx.ua.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The hash functions that this client answers with (RFC 8760 section 2.1).
 *
 * <p>MD5 is not among them: an eavesdropper who makes a client answer with it can search for the
 * password at leisure.
 */
public enum DigestAlgorithm {
  /** FIPS 180-4 SHA-256. */
  SHA_256("SHA-256", "SHA-256"),
  /** FIPS 180-4 SHA-512/256. */
  SHA_512_256("SHA-512-256", "SHA-512/256");

  private final String token;
  private final String javaName;

  DigestAlgorithm(String token, String javaName) {
    this.token = token;
    this.javaName = javaName;
  }

  /** Returns the algorithm's name in a challenge. */
  public String token() {
    return token;
  }

  /**
   * Finds an algorithm by its name in a challenge.
   *
   * @param token case-insensitive; null means MD5, as RFC 7616 section 3.3 has it
   * @return the algorithm, or empty if this client does not answer with it
   */
  public static Optional<DigestAlgorithm> of(String token) {
    for (DigestAlgorithm algorithm : values()) {
      if (algorithm.token.equalsIgnoreCase(token)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  /** Hashes text in UTF-8 to lower-case hexadecimal digits. */
  String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance(javaName);
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java lacks " + javaName, e);
    }
  }
}
