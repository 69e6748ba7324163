package org.m2mx.ua.sdp;

import java.security.cert.X509Certificate;

/**
 * What this side says of its key.
 *
 * @param fingerprint of its certificate
 * @param certificate the certificate, never null where a tunnel may be offered or answered
 */
public record Credential(Fingerprint fingerprint, X509Certificate certificate) {

  /**
   * That of a certificate.
   *
   * @param certificate what the peer will be shown
   * @return it and its fingerprint
   */
  public static Credential of(X509Certificate certificate) {
    return new Credential(Fingerprint.of(certificate), certificate);
  }
}
