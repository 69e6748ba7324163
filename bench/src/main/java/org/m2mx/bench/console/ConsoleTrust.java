package org.m2mx.bench.console;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Trusts the certificate that the console's listener has made for itself, and no other. */
final class ConsoleTrust {
  /** WildFly makes its own at the first request, by this name and under this password. */
  private static final String KEY_STORE_PASSWORD = "password";

  private ConsoleTrust() {}

  /**
   * @param console where it listens
   * @param keyStore with the certificate
   */
  static SSLContext of(URI console, Path keyStore) throws IOException, GeneralSecurityException {
    makeCertificate(console, keyStore);
    return trusting(keyStore);
  }

  /** The server makes its certificate at the first handshake, which nobody can trust yet. */
  private static void makeCertificate(URI console, Path keyStore) throws IOException {
    try (var socket =
        (SSLSocket)
            SSLSocketFactory.getDefault().createSocket(console.getHost(), console.getPort())) {
      socket.startHandshake();
    } catch (SSLException untrusted) {
      if (!Files.exists(keyStore)) {
        throw untrusted;
      }
    }
  }

  private static SSLContext trusting(Path keyStore) throws IOException, GeneralSecurityException {
    KeyStore own = KeyStore.getInstance("JKS");
    try (InputStream in = Files.newInputStream(keyStore)) {
      own.load(in, KEY_STORE_PASSWORD.toCharArray());
    }
    KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
    anchors.load(null);
    for (String alias : Collections.list(own.aliases())) {
      anchors.setCertificateEntry(alias, own.getCertificate(alias));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
