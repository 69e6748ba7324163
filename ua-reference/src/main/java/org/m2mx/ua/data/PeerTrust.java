package org.m2mx.ua.data;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.m2mx.ua.sdp.Fingerprint;

/**
 * Trusts the one certificate whose fingerprint the peer has signalled (RFC 8122 section 5.1), and
 * remembers what it refused.
 */
final class PeerTrust extends X509ExtendedTrustManager {
  private final List<Fingerprint> expected;
  private volatile Fingerprint refused;

  PeerTrust(List<Fingerprint> expected) {
    this.expected = List.copyOf(expected);
  }

  /** Returns the fingerprint of the certificate that was refused, or null if none was. */
  Fingerprint refused() {
    return refused;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    if (chain == null || chain.length == 0) {
      throw new CertificateException("the peer showed no certificate");
    }
    check(chain[0]);
  }

  /** Makes sure that a certificate is the one signalled. */
  void check(X509Certificate shown) throws CertificateException {
    if (expected.stream().noneMatch(fingerprint -> fingerprint.matches(shown))) {
      refused = Fingerprint.of(shown);
      throw new CertificateException("the peer's certificate has not the signalled fingerprint");
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  /**
   * Returns none: the peer's certificate is its own issuer, and the peer need not pick among any.
   */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
