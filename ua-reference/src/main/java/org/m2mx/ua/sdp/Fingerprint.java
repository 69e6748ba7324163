package org.m2mx.ua.sdp;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The hash of a certificate: the {@code fingerprint} attribute (RFC 8122 section 5).
 *
 * @param hash the hash function's name in upper case, such as {@code SHA-256}
 * @param hex the hash, two upper-case digits a byte, with colons between
 */
public record Fingerprint(String hash, String hex) {
  /** The hash function that this user agent signs its own certificate's name with. */
  public static final String SHA_256 = "SHA-256";

  /** The length of a SHA-256 hash. */
  public static final int SHA_256_OCTETS = 32;

  /** Hash functions strong enough to recognise a peer by. */
  private static final Set<String> STRONG = Set.of(SHA_256, "SHA-384", "SHA-512");

  private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){0,63}");

  /**
   * Computes a certificate's SHA-256 fingerprint.
   *
   * @param certificate the certificate
   * @return its fingerprint
   */
  public static Fingerprint of(X509Certificate certificate) {
    return of(SHA_256, certificate);
  }

  private static Fingerprint of(String hash, X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance(hash).digest(certificate.getEncoded());
      return new Fingerprint(hash, HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest));
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException("cannot hash a certificate with " + hash, e);
    }
  }

  /**
   * Reads an attribute's value, {@code SHA-256 AB:CD:…}.
   *
   * @param text the value
   * @return the fingerprint, of whatever hash function
   * @throws SdpException if it is malformed
   */
  public static Fingerprint parse(String text) throws SdpException {
    int space = text.indexOf(' ');
    if (space < 1 || !HEX.matcher(text.substring(space + 1)).matches()) {
      throw new SdpException("malformed a=fingerprint:" + text);
    }
    return new Fingerprint(
        text.substring(0, space).toUpperCase(Locale.ROOT),
        text.substring(space + 1).toUpperCase(Locale.ROOT));
  }

  /** Returns the length of the hash. */
  public int octets() {
    return (hex.length() + 1) / 3;
  }

  /** Says whether the hash function is strong enough to recognise a peer by. */
  public boolean isStrong() {
    return STRONG.contains(hash);
  }

  /**
   * Says whether this is the fingerprint of a certificate.
   *
   * @param certificate the certificate
   * @return false also if the hash function is too weak to tell
   */
  public boolean matches(X509Certificate certificate) {
    return isStrong() && of(hash, certificate).equals(this);
  }

  /** Returns the attribute's value. */
  @Override
  public String toString() {
    return hash + " " + hex;
  }
}
