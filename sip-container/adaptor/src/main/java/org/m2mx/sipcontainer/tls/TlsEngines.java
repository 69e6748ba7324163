package org.m2mx.sipcontainer.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.m2mx.sipcontainer.config.ClientAuthentication;
import org.m2mx.sipcontainer.config.TlsSettings;

/**
 * Makes a TLS engine for each connection. Either side's certificate is verified by the Java
 * runtime's PKIX trust manager against the configured anchors, and by nothing else.
 */
public final class TlsEngines {
  private final SSLContext context;
  private final TlsSettings settings;

  /**
   * Sets up the TLS context.
   *
   * @param settings protocols, suites and what is asked of clients
   * @param identity what this server proves itself with, to clients and to servers
   * @param trustAnchors empty for the Java runtime's own
   * @throws IllegalStateException when the Java runtime refuses the key or the anchors
   */
  public TlsEngines(
      TlsSettings settings, TlsIdentity identity, Optional<List<X509Certificate>> trustAnchors) {
    this.settings = settings;
    try {
      context = SSLContext.getInstance("TLS");
      context.init(
          keyManagers(identity).getKeyManagers(),
          trustManagers(trustAnchors).getTrustManagers(),
          null);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  /** An engine for a connection a client opened. */
  public SSLEngine forServer() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = modern(engine);
    parameters.setUseCipherSuitesOrder(true);
    parameters.setNeedClientAuth(settings.clientAuthentication() == ClientAuthentication.NEED);
    if (settings.clientAuthentication() == ClientAuthentication.WANT) {
      parameters.setWantClientAuth(true);
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  /**
   * An engine for a connection this server opens.
   *
   * @param host the name or address literal that the peer's certificate must carry
   * @param port the peer's port
   */
  public SSLEngine forClient(String host, int port) {
    SSLEngine engine = context.createSSLEngine(host, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = modern(engine);
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return engine;
  }

  private SSLParameters modern(SSLEngine engine) {
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(settings.protocols().toArray(String[]::new));
    parameters.setCipherSuites(settings.cipherSuites().toArray(String[]::new));
    return parameters;
  }

  private static KeyManagerFactory keyManagers(TlsIdentity identity)
      throws GeneralSecurityException, IOException {
    char[] unused = new char[0];
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "server", identity.privateKey(), unused, identity.chain().toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, unused);
    return factory;
  }

  private static TrustManagerFactory trustManagers(Optional<List<X509Certificate>> anchors)
      throws GeneralSecurityException, IOException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    if (anchors.isEmpty()) {
      factory.init((KeyStore) null);
    } else {
      KeyStore store = emptyStore();
      for (int i = 0; i < anchors.get().size(); i++) {
        store.setCertificateEntry("anchor-" + i, anchors.get().get(i));
      }
      factory.init(store);
    }
    return factory;
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
