package org.m2mx.ua.check;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.m2mx.ua.net.IpText;

/**
 * What a server shows for the length of a case.
 *
 * @param authority who vouches for it, for the device's account
 * @param key the server's
 * @param certificate the server's, for its address
 */
record ServerIdentity(X509Certificate authority, PrivateKey key, X509Certificate certificate) {
  private static final Duration VALIDITY = Duration.ofDays(1);
  private static final X500Name ISSUER = new X500Name("CN=m2mx check authority");
  private static final X500Name SERVER = new X500Name("CN=m2mx check");

  /** Makes one. */
  static ServerIdentity of(InetAddress address, Clock clock) throws IOException {
    try {
      KeyPair root = keyPair();
      KeyPair own = keyPair();
      X509v3CertificateBuilder authority =
          builder(ISSUER, root, root, clock.instant())
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      X509v3CertificateBuilder server =
          builder(SERVER, own, root, clock.instant())
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(
                  Extension.extendedKeyUsage,
                  false,
                  new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
              .addExtension(
                  Extension.subjectAlternativeName,
                  false,
                  new GeneralNames(new GeneralName(GeneralName.iPAddress, IpText.of(address))));
      return new ServerIdentity(
          sign(authority, root.getPrivate()), own.getPrivate(), sign(server, root.getPrivate()));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("this Java makes no certificate: " + e.getMessage(), e);
    }
  }

  private static KeyPair keyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /** With what verifiers that are strict look for (RFC 5280 sections 4.2.1.1 and 4.2.1.2). */
  private static X509v3CertificateBuilder builder(
      X500Name subject, KeyPair pair, KeyPair issuer, Instant now)
      throws GeneralSecurityException, CertIOException {
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    return new JcaX509v3CertificateBuilder(
            ISSUER,
            new BigInteger(120, new SecureRandom()),
            Date.from(now.minus(VALIDITY)),
            Date.from(now.plus(VALIDITY)),
            subject,
            pair.getPublic())
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            identifiers.createSubjectKeyIdentifier(pair.getPublic()))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            identifiers.createAuthorityKeyIdentifier(issuer.getPublic()));
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey signer)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
  }

  /** For sockets that show it. */
  SSLContext context() throws IOException {
    try {
      char[] noPassword = new char[0];
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry("server", key, noPassword, new Certificate[] {certificate});
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, noPassword);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("this Java has no TLS: " + e.getMessage(), e);
    }
  }
}
