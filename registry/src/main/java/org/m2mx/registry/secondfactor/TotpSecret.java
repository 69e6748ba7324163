package org.m2mx.registry.secondfactor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.security.SecureRandom;

/**
 * What an authenticator app and the registry share. It is shown once, while the app takes it, and
 * prints as stars.
 */
public final class TotpSecret {
  /** As long as the hash (RFC 4226 section 4, R6). */
  private static final int OCTETS = 20;

  private final byte[] octets;

  private TotpSecret(byte[] octets) {
    this.octets = octets;
  }

  /** One that nobody has. */
  public static TotpSecret generate(SecureRandom random) {
    var octets = new byte[OCTETS];
    random.nextBytes(octets);
    return new TotpSecret(octets);
  }

  /** As it is typed into an app: 32 letters and digits. Never to be logged. */
  public String reveal() {
    return Base32.encode(octets);
  }

  /**
   * As an app reads it from a QR code. Never to be logged.
   *
   * @param operator whose it is, as the app shows it
   */
  public String uri(String operator) {
    return "otpauth://totp/m2mx:%s?secret=%s&issuer=m2mx"
        .formatted(URLEncoder.encode(operator, UTF_8).replace("+", "%20"), reveal());
  }

  byte[] octets() {
    return octets.clone();
  }

  @Override
  public String toString() {
    return "****";
  }
}
