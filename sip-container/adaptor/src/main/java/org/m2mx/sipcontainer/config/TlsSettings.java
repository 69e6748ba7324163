package org.m2mx.sipcontainer.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What TLS listeners and outgoing TLS connections use.
 *
 * @param certificate PEM file of the certificate chain, leaf first
 * @param privateKey PEM file of the leaf's private key
 * @param keyStore PKCS12 file that replaces both PEM files when present
 * @param keyStorePassword password of the key store and its key
 * @param trust PEM or PKCS12 file of the trust anchors; empty means the Java runtime's own
 * @param trustPassword password of a PKCS12 trust store
 * @param clientAuthentication what is asked of clients
 * @param protocols TLS versions, strongest first
 * @param cipherSuites cipher suites in order of preference
 * @param selfSignedHosts names and addresses of the certificate that is made when the PEM files do
 *     not exist; empty makes none
 * @param reloadInterval between looks at whether the files have changed
 */
public record TlsSettings(
    Path certificate,
    Path privateKey,
    Optional<Path> keyStore,
    Optional<String> keyStorePassword,
    Optional<Path> trust,
    Optional<String> trustPassword,
    ClientAuthentication clientAuthentication,
    List<String> protocols,
    List<String> cipherSuites,
    List<String> selfSignedHosts,
    Duration reloadInterval) {

  /** Copies the lists. */
  public TlsSettings {
    protocols = List.copyOf(protocols);
    cipherSuites = List.copyOf(cipherSuites);
    selfSignedHosts = selfSignedHosts.stream().distinct().toList();
  }

  @Override
  public String toString() {
    return "TlsSettings[certificate=%s, keyStore=%s, trust=%s, clientAuthentication=%s]"
        .formatted(certificate, keyStore, trust, clientAuthentication);
  }
}
