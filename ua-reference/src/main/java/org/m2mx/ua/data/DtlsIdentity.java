package org.m2mx.ua.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.m2mx.ua.device.Device;

/**
 * What this side shows and demands in a DTLS handshake: DTLS 1.2 with AEAD, forward secrecy and the
 * extended master secret (RFC 7627), and a certificate from either side.
 */
final class DtlsIdentity {
  /** The best first. */
  private static final Map<Integer, String> SUITES = suites();

  private final JcaTlsCrypto crypto = new JcaTlsCryptoProvider().create(new SecureRandom());
  private final Device device;
  private final PeerTrust trust;
  private final Deadline deadline;
  private volatile X509Certificate peerCertificate;
  private volatile int suite;
  private volatile boolean closedByPeer;

  /**
   * One side of one handshake.
   *
   * @param device whose certificate to show
   * @param trust decides on the peer's
   * @param deadline when the handshake must be done
   */
  DtlsIdentity(Device device, PeerTrust trust, Deadline deadline) {
    this.device = device;
    this.trust = trust;
    this.deadline = deadline;
  }

  private static Map<Integer, String> suites() {
    Map<Integer, String> suites = new LinkedHashMap<>();
    suites.put(
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
    suites.put(
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    suites.put(
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
    suites.put(
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
    suites.put(
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    suites.put(
        CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
    return suites;
  }

  JcaTlsCrypto crypto() {
    return crypto;
  }

  /** Returns the certificate that the peer has shown, once the handshake is done. */
  X509Certificate peerCertificate() {
    return peerCertificate;
  }

  /** Returns the name of the cipher suite, once the handshake is done. */
  String cipherSuite() {
    return SUITES.get(suite);
  }

  /** Says whether the peer has ended the association. */
  boolean isClosedByPeer() {
    return closedByPeer;
  }

  Client client() {
    return new Client();
  }

  Server server() {
    return new Server();
  }

  private void check(Certificate shown) throws IOException {
    if (shown == null || shown.isEmpty()) {
      throw new TlsFatalAlert(AlertDescription.bad_certificate, "the peer showed no certificate");
    }
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(shown.getCertificateAt(0).getEncoded()));
      trust.check(certificate);
      peerCertificate = certificate;
    } catch (CertificateException e) {
      throw new TlsFatalAlert(AlertDescription.bad_certificate, e.getMessage(), e);
    }
  }

  private TlsCredentialedSigner credentials(TlsContext context) throws IOException {
    try {
      TlsCertificate certificate = crypto.createCertificate(device.certificate().getEncoded());
      return new JcaDefaultTlsCredentialedSigner(
          new TlsCryptoParameters(context),
          crypto,
          device.privateKey(),
          new Certificate(new TlsCertificate[] {certificate}),
          SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));
    } catch (GeneralSecurityException e) {
      throw new TlsFatalAlert(AlertDescription.internal_error, e);
    }
  }

  private int[] supportedSuites() {
    return TlsUtils.getSupportedCipherSuites(
        crypto, SUITES.keySet().stream().mapToInt(Integer::intValue).toArray());
  }

  private int millisLeft() {
    return (int) Math.max(1, (deadline.nanoTime() - System.nanoTime()) / 1_000_000);
  }

  private void noticed(short alert) {
    if (alert == AlertDescription.close_notify) {
      closedByPeer = true;
    }
  }

  /** The side that begins. */
  final class Client extends DefaultTlsClient {
    private Client() {
      super(DtlsIdentity.this.crypto);
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
      return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
      return supportedSuites();
    }

    @Override
    public boolean requiresExtendedMasterSecret() {
      return true;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
      return millisLeft();
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
      super.notifyHandshakeComplete();
      suite = context.getSecurityParametersConnection().getCipherSuite();
    }

    @Override
    public void notifyAlertReceived(short level, short alert) {
      noticed(alert);
    }

    @Override
    public TlsAuthentication getAuthentication() {
      return new TlsAuthentication() {
        @Override
        public void notifyServerCertificate(TlsServerCertificate shown) throws IOException {
          check(shown.getCertificate());
        }

        @Override
        public TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
          return credentials(context);
        }
      };
    }
  }

  /** The side that waits. */
  final class Server extends DefaultTlsServer {
    private Server() {
      super(DtlsIdentity.this.crypto);
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
      return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
      return supportedSuites();
    }

    @Override
    public boolean requiresExtendedMasterSecret() {
      return true;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
      return millisLeft();
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
      super.notifyHandshakeComplete();
      suite = context.getSecurityParametersConnection().getCipherSuite();
    }

    @Override
    public void notifyAlertReceived(short level, short alert) {
      noticed(alert);
    }

    @Override
    protected TlsCredentialedSigner getECDSASignerCredentials() throws IOException {
      return credentials(context);
    }

    @Override
    public CertificateRequest getCertificateRequest() {
      short[] types = {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign};
      Vector<?> algorithms = TlsUtils.getDefaultSupportedSignatureAlgorithms(context);
      return new CertificateRequest(types, algorithms, null);
    }

    @Override
    public void notifyClientCertificate(Certificate shown) throws IOException {
      check(shown);
    }
  }
}
