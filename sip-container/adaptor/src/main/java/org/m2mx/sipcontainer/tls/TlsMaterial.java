package org.m2mx.sipcontainer.tls;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.m2mx.sipcontainer.config.InvalidSettingException;
import org.m2mx.sipcontainer.config.SipSettings;
import org.m2mx.sipcontainer.config.TlsSettings;

/** Loads identity and trust anchors from the files that are configured. */
public final class TlsMaterial {
  private static final Logger LOG = System.getLogger(TlsMaterial.class.getName());

  private final TlsSettings settings;
  private final Clock clock;

  /** Takes where the files are and the time for a new certificate. */
  public TlsMaterial(TlsSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Loads the server's key and certificate chain, making them first where that is configured.
   *
   * @throws InvalidSettingException when they are missing, unreadable or do not belong together
   */
  public TlsIdentity identity() {
    TlsIdentity identity =
        settings.keyStore().isPresent()
            ? fromKeyStore(settings.keyStore().get())
            : fromPemFiles(settings.certificate(), settings.privateKey());
    if (!belongTogether(identity)) {
      throw new InvalidSettingException(
          settings.keyStore().isPresent() ? SipSettings.TLS_KEY_STORE : SipSettings.TLS_PRIVATE_KEY,
          settings.keyStore().orElse(settings.privateKey()),
          "the key does not belong to the first certificate of the chain");
    }
    return identity;
  }

  /**
   * Loads the trust anchors.
   *
   * @return empty when none are configured and the Java runtime's own apply
   * @throws InvalidSettingException when the file cannot be read or holds none
   */
  public Optional<List<X509Certificate>> trustAnchors() {
    return settings.trust().map(this::trustAnchors);
  }

  private List<X509Certificate> trustAnchors(Path file) {
    try {
      if (!isKeyStore(file)) {
        return Pem.certificates(file);
      }
      KeyStore store = load(file, settings.trustPassword(), SipSettings.TLS_TRUST_PASSWORD);
      List<X509Certificate> anchors = new ArrayList<>();
      for (String alias : Collections.list(store.aliases())) {
        if (store.isCertificateEntry(alias)
            && store.getCertificate(alias) instanceof X509Certificate certificate) {
          anchors.add(certificate);
        }
      }
      if (anchors.isEmpty()) {
        throw new IOException("the store holds no trusted certificate");
      }
      return List.copyOf(anchors);
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable(SipSettings.TLS_TRUST, file, e);
    }
  }

  private TlsIdentity fromPemFiles(Path certificate, Path privateKey) {
    if (Files.notExists(certificate) && Files.notExists(privateKey)) {
      makeSelfSigned(certificate, privateKey);
    }
    List<X509Certificate> chain;
    try {
      chain = Pem.certificates(certificate);
    } catch (IOException e) {
      throw unreadable(SipSettings.TLS_CERTIFICATE, certificate, e);
    }
    try {
      return new TlsIdentity(Pem.privateKey(privateKey), chain);
    } catch (IOException e) {
      throw unreadable(SipSettings.TLS_PRIVATE_KEY, privateKey, e);
    }
  }

  private void makeSelfSigned(Path certificate, Path privateKey) {
    if (settings.selfSignedHosts().isEmpty()) {
      throw new InvalidSettingException(
          SipSettings.TLS_CERTIFICATE,
          certificate,
          "the file does not exist; put the server's certificate there, or set %s to have one made"
              .formatted(SipSettings.TLS_SELF_SIGNED_HOSTS));
    }
    try {
      new SelfSignedCertificate(clock).create(settings.selfSignedHosts(), certificate, privateKey);
      LOG.log(
          Level.INFO,
          "Made a self-signed certificate for {0} in {1}",
          settings.selfSignedHosts(),
          certificate);
    } catch (IOException e) {
      throw new InvalidSettingException(
          SipSettings.TLS_CERTIFICATE, certificate, "could not be created: " + describe(e), e);
    }
  }

  private TlsIdentity fromKeyStore(Path file) {
    try {
      KeyStore store = load(file, settings.keyStorePassword(), SipSettings.TLS_KEY_STORE_PASSWORD);
      for (String alias : Collections.list(store.aliases())) {
        if (store.isKeyEntry(alias)) {
          Key key = store.getKey(alias, password(settings.keyStorePassword()));
          Certificate[] chain = store.getCertificateChain(alias);
          if (key instanceof PrivateKey privateKey && chain != null) {
            return new TlsIdentity(
                privateKey, Arrays.stream(chain).map(X509Certificate.class::cast).toList());
          }
        }
      }
      throw new IOException("the store holds no private key with a certificate chain");
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable(SipSettings.TLS_KEY_STORE, file, e);
    }
  }

  private static KeyStore load(Path file, Optional<String> password, String passwordKey)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream input = Files.newInputStream(file)) {
      store.load(input, password(password));
    } catch (IOException e) {
      if (e.getCause() instanceof UnrecoverableKeyException) {
        throw new IOException(
            password.isEmpty() ? passwordKey + " is not set" : passwordKey + " does not open it",
            e);
      }
      throw e;
    }
    return store;
  }

  private static char[] password(Optional<String> password) {
    return password.map(String::toCharArray).orElseGet(() -> new char[0]);
  }

  /** PKCS12 is DER and starts with a SEQUENCE; PEM is text. */
  private static boolean isKeyStore(Path file) throws IOException {
    try (InputStream input = Files.newInputStream(file)) {
      return input.read() == 0x30;
    }
  }

  private static boolean belongTogether(TlsIdentity identity) {
    String keyAlgorithm = identity.privateKey().getAlgorithm();
    String algorithm =
        switch (keyAlgorithm) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> keyAlgorithm;
        };
    try {
      byte[] probe = {1, 2, 3, 4};
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(identity.privateKey());
      signer.update(probe);
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(identity.chain().get(0));
      verifier.update(probe);
      return verifier.verify(signer.sign());
    } catch (GeneralSecurityException e) {
      LOG.log(Level.DEBUG, "Key and certificate do not match", e);
      return false;
    }
  }

  private static InvalidSettingException unreadable(String key, Path file, Exception cause) {
    return new InvalidSettingException(
        key,
        file,
        "cannot be used, " + describe(cause) + "; check path, rights and content",
        cause);
  }

  private static String describe(Exception e) {
    String kind = e.getClass().getSimpleName().replace("Exception", "");
    return e.getMessage() == null || e.getMessage().isBlank() ? kind : kind + ": " + e.getMessage();
  }
}
