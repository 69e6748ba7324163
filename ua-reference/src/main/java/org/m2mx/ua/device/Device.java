package org.m2mx.ua.device;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.sdp.Credential;
import org.m2mx.ua.sdp.Fingerprint;

/**
 * A device: a key and a certificate that its peers know it by, and an instance-id that its
 * registrar knows it by (RFC 5626 section 4.1). Both are made at first use and kept in a folder
 * that only its owner can enter.
 *
 * <p>The certificate is signed by its own key and names nobody: peers compare its fingerprint with
 * the one that came through the signalling channel (RFC 8122), and look at nothing else in it.
 */
public final class Device {
  private static final String KEY_FILE = "private-key.pem";
  private static final String CERTIFICATE_FILE = "certificate.pem";
  private static final String INSTANCE_FILE = "instance-id";
  private static final String PEERS_FILE = "known-peers";
  private static final String KEY_ALGORITHM = "EC";
  private static final String SIGNATURE = "SHA256withECDSA";

  /** Long enough never to run out on a shelf; peers look at the fingerprint only. */
  private static final Duration VALIDITY = Duration.ofDays(365L * 50);

  private final UUID instanceId;
  private final PrivateKey privateKey;
  private final X509Certificate certificate;
  private final KeyManager[] keyManagers;
  private final KnownPeers peers;

  private Device(
      UUID instanceId, PrivateKey privateKey, X509Certificate certificate, KnownPeers peers)
      throws IOException, GeneralSecurityException {
    this.instanceId = instanceId;
    this.privateKey = privateKey;
    this.certificate = certificate;
    this.keyManagers = keyManagers(privateKey, certificate);
    this.peers = peers;
  }

  /** Once: a key store derives keys from its password so slowly that each call would notice. */
  private static KeyManager[] keyManagers(PrivateKey key, X509Certificate certificate)
      throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    char[] noPassword = new char[0];
    keys.setKeyEntry("device", key, noPassword, new Certificate[] {certificate});
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, noPassword);
    return factory.getKeyManagers();
  }

  /**
   * Opens a device's folder, making it and what belongs in it at first use.
   *
   * @param folder where the device is kept
   * @param clock tells from when a new certificate is valid, and when a peer was met
   * @return the device
   * @throws UserAgentException with reason {@code DEVICE_STATE} if the folder cannot be read or
   *     written, holds something else, or lets others than its owner have the private key
   */
  public static Device open(Path folder, Clock clock) throws UserAgentException {
    try {
      OwnerFile.createFolder(folder);
      UUID instanceId = openInstanceId(folder.resolve(INSTANCE_FILE));
      Path keyFile = folder.resolve(KEY_FILE);
      Path certificateFile = folder.resolve(CERTIFICATE_FILE);
      if (!Files.exists(keyFile) || !Files.exists(certificateFile)) {
        create(keyFile, certificateFile, clock);
      }
      OwnerFile.checkPrivate(keyFile);
      PrivateKey key = readKey(keyFile);
      X509Certificate certificate = readCertificate(certificateFile);
      requirePair(key, certificate);
      return new Device(
          instanceId, key, certificate, new KnownPeers(folder.resolve(PEERS_FILE), clock));
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new UserAgentException(
          UserAgentException.Reason.DEVICE_STATE,
          "The device folder " + folder + " cannot be used: " + reason(e),
          remedy(e),
          e);
    }
  }

  private static String reason(Exception e) {
    if (e instanceof AccessDeniedException denied) {
      return "this user has no access to " + denied.getFile();
    }
    return e.getClass() == IOException.class ? e.getMessage() : e.toString();
  }

  /** What is in a file is nothing that rights could mend. */
  private static String remedy(Exception e) {
    return e.getClass() == IOException.class || e instanceof GeneralSecurityException
        ? "Put that right; or move the folder away, and this is a new device, which peers have to"
            + " accept anew"
        : "Make it writable for this user, or give another with --state DIR";
  }

  /** Peers would see nothing but a handshake that fails. */
  private static void requirePair(PrivateKey key, X509Certificate certificate)
      throws IOException, GeneralSecurityException {
    PublicKey certified = certificate.getPublicKey();
    boolean pair = key.getAlgorithm().equals(certified.getAlgorithm());
    if (pair && key.getAlgorithm().equals(KEY_ALGORITHM)) {
      byte[] something = new byte[32];
      new SecureRandom().nextBytes(something);
      Signature signature = Signature.getInstance(SIGNATURE);
      signature.initSign(key);
      signature.update(something);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(something);
      pair = signature.verify(signed);
    }
    if (!pair) {
      throw new IOException(CERTIFICATE_FILE + " is not of the key in " + KEY_FILE);
    }
  }

  /** What proves in a TLS handshake that this is the device; never empty. */
  public KeyManager[] keyManagers() {
    return keyManagers.clone();
  }

  /** Returns the device's instance-id, a URN (RFC 5626 section 4.1). */
  public String instanceUrn() {
    return "urn:uuid:" + instanceId;
  }

  /** Returns the key that belongs to the certificate. */
  public PrivateKey privateKey() {
    return privateKey;
  }

  /** Returns the certificate that the device shows to its peers. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** Returns the SHA-256 fingerprint of the certificate. */
  public Fingerprint fingerprint() {
    return Fingerprint.of(certificate);
  }

  /** Returns what this device says of its key in offers and answers. */
  public Credential credential() {
    return Credential.of(certificate);
  }

  /** Returns the certificates by which this device knows its peers. */
  public KnownPeers peers() {
    return peers;
  }

  private static UUID openInstanceId(Path file) throws IOException {
    if (!Files.exists(file)) {
      OwnerFile.write(file, UUID.randomUUID() + "\n");
    }
    String text = Files.readString(file).strip();
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " does not hold a UUID", e);
    }
  }

  private static void create(Path keyFile, Path certificateFile, Clock clock)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(KEY_ALGORITHM);
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    X500Name nobody = new X500Name("CN=m2mx device");
    Instant from = clock.instant().minus(Duration.ofDays(1));
    X509CertificateHolder holder =
        new JcaX509v3CertificateBuilder(
                nobody,
                new BigInteger(120, new SecureRandom()),
                Date.from(from),
                Date.from(from.plus(VALIDITY)),
                nobody,
                pair.getPublic())
            .build(new JcaContentSignerBuilder(SIGNATURE).build(pair.getPrivate()));
    OwnerFile.write(keyFile, pem(new JcaPKCS8Generator(pair.getPrivate(), null)));
    OwnerFile.write(certificateFile, pem(holder));
  }

  private static String pem(Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }

  private static PrivateKey readKey(Path file) throws IOException {
    if (readPem(file) instanceof PrivateKeyInfo info) {
      return new JcaPEMKeyConverter().getPrivateKey(info);
    }
    throw new IOException(file + " does not hold a private key in PEM form (PKCS #8)");
  }

  private static X509Certificate readCertificate(Path file)
      throws IOException, GeneralSecurityException {
    if (readPem(file) instanceof X509CertificateHolder holder) {
      return new JcaX509CertificateConverter().getCertificate(holder);
    }
    throw new IOException(file + " does not hold a certificate in PEM form");
  }

  private static Object readPem(Path file) throws IOException {
    try (PEMParser parser = new PEMParser(Files.newBufferedReader(file))) {
      return parser.readObject();
    }
  }
}
