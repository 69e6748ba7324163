package org.m2mx.ua.testserver;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for tests, and what it issues. */
public final class Certificates {
  /** A key and its certificate. */
  public record Identity(PrivateKey key, X509Certificate certificate) {
    /** Returns the certificate in PEM form. */
    public String pem() {
      try {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
          writer.writeObject(certificate);
        }
        return text.toString();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private Certificates() {}

  /** Makes a root. */
  public static Identity authority(String name) throws Exception {
    KeyPair pair = keyPair();
    X500Name subject = new X500Name("CN=" + name);
    JcaX509v3CertificateBuilder builder =
        builder(subject, subject, pair, Instant.now(), Duration.ofDays(10));
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    return sign(builder, pair.getPrivate(), pair.getPrivate());
  }

  /** Makes a server's certificate, for a host name or an IP address, valid from a time on. */
  public static Identity server(Identity issuer, String host, Instant from, Duration validity)
      throws Exception {
    KeyPair pair = keyPair();
    JcaX509v3CertificateBuilder builder =
        builder(
            new X500Name(issuer.certificate().getSubjectX500Principal().getName()),
            new X500Name("CN=test server"),
            pair,
            from,
            validity);
    int type = host.matches("[0-9.]+|.*:.*") ? GeneralName.iPAddress : GeneralName.dNSName;
    builder.addExtension(
        Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName(type, host)));
    return sign(builder, issuer.key(), pair.getPrivate());
  }

  private static KeyPair keyPair() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, KeyPair pair, Instant from, Duration validity) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(100, new SecureRandom()),
        Date.from(from.minusSeconds(60)),
        Date.from(from.plus(validity)),
        subject,
        pair.getPublic());
  }

  private static Identity sign(
      JcaX509v3CertificateBuilder builder, PrivateKey signer, PrivateKey own) throws Exception {
    return new Identity(
        own,
        new JcaX509CertificateConverter()
            .getCertificate(
                builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer))));
  }
}
