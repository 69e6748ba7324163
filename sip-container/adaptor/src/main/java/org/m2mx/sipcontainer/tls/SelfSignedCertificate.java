package org.m2mx.sipcontainer.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;
import org.bouncycastle.util.io.pem.PemObjectGenerator;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * Makes a P-256 certificate for servers that were given none. Peers may use it as their trust
 * anchor, so it is made once and kept.
 */
public final class SelfSignedCertificate {
  private static final Duration VALIDITY = Duration.ofDays(3650);
  private static final Duration CLOCK_SKEW = Duration.ofDays(1);
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /** Takes the time certificates start from. */
  public SelfSignedCertificate(Clock clock) {
    this.clock = clock;
  }

  /**
   * Makes key and certificate and writes them, the key readable by its owner only.
   *
   * @param hosts DNS names and address literals for the subject alternative name, at least one
   * @param certificate PEM file to create
   * @param privateKey PEM file to create
   * @throws IOException when a file exists already or cannot be written
   */
  public void create(List<String> hosts, Path certificate, Path privateKey) throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair keys = generator.generateKeyPair();
      X509CertificateHolder holder = sign(hosts, keys);
      write(privateKey, new JcaPKCS8Generator(keys.getPrivate(), null), true);
      write(certificate, new JcaMiscPEMGenerator(holder), false);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("could not make a certificate: " + e.getMessage(), e);
    }
  }

  private X509CertificateHolder sign(List<String> hosts, KeyPair keys)
      throws OperatorCreationException, IOException {
    Instant now = clock.instant();
    X500Name name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, hosts.get(0)).build();
    GeneralName[] alternatives =
        hosts.stream().map(SelfSignedCertificate::alternative).toArray(GeneralName[]::new);
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(127, random).setBit(126),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(VALIDITY)),
                name,
                keys.getPublic())
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
            .addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(
                    new KeyPurposeId[] {
                      KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    }))
            .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
    return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
  }

  private static GeneralName alternative(String host) {
    return new GeneralName(
        IPAddress.isValid(host) ? GeneralName.iPAddress : GeneralName.dNSName, host);
  }

  private static void write(Path file, PemObjectGenerator content, boolean secret)
      throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.notExists(folder)) {
      Files.createDirectories(folder, OWNER_ONLY_FOLDER);
    }
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(content);
    }
    Files.createFile(
        file,
        PosixFilePermissions.asFileAttribute(
            secret ? OWNER_ONLY : PosixFilePermissions.fromString("rw-r--r--")));
    Files.writeString(
        file, text.toString(), StandardCharsets.US_ASCII, StandardOpenOption.TRUNCATE_EXISTING);
  }
}
