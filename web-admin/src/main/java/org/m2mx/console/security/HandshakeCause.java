package org.m2mx.console.security;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Why a device came no further than TLS, as far as it can be made out from what the server's TLS
 * says. For each there is a text that says what to do.
 */
public enum HandshakeCause {
  /** The device does not trust the server's certificate. */
  NOT_TRUSTED("alert: (certificate_unknown|unknown_ca|bad_certificate|unsupported_certificate)"),
  /** To the device the server's certificate has expired, or its clock is wrong. */
  EXPIRED("alert: certificate_expired"),
  /** The device knows no TLS that the server accepts. */
  OLD_TLS("protocol version|protocol_version|requested protocol"),
  /** The two have no cipher in common. */
  NO_CIPHER("cipher suites? in common|alert: (handshake_failure|insufficient_security)"),
  /** What the device sent is no TLS at all. */
  NOT_TLS("unrecognized SSL message|plaintext connection"),
  /** The device's own certificate is missing or not trusted. */
  CLIENT_CERTIFICATE("client certificate|PKIX|certification path"),
  /** The device said nothing, or not enough, in time. */
  SILENT("no handshake within|silent for|no message since"),
  /** The device hung up. */
  HUNG_UP("closed by the peer|connection reset|broken pipe|closed inbound|alert: user_canceled"),
  /** Too many were at it at once. */
  CROWDED("too many handshakes"),
  /** None of these. */
  OTHER("");

  private final Pattern words;

  HandshakeCause(String words) {
    this.words = Pattern.compile(words, Pattern.CASE_INSENSITIVE);
  }

  /**
   * What a reason means.
   *
   * @param reason as the server's TLS words it
   */
  public static HandshakeCause of(String reason) {
    return Arrays.stream(values())
        .filter(cause -> cause.words.matcher(reason).find())
        .findFirst()
        .orElse(OTHER);
  }
}
