package org.m2mx.sipcontainer.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.config.SipSettings;

/** Whom the container trusts, by real handshakes between two engines. */
class TlsEnginesTest {
  @TempDir private Path folder;
  private TlsIdentity server;
  private TlsIdentity stranger;

  @BeforeEach
  void makeIdentities() throws Exception {
    server = identity("server");
    stranger = identity("stranger");
  }

  private TlsIdentity identity(String name) throws Exception {
    Path certificate = folder.resolve(name + "-certificate.pem");
    Path key = folder.resolve(name + "-key.pem");
    new SelfSignedCertificate(Clock.systemUTC())
        .create(List.of("sip.example.org", "127.0.0.1"), certificate, key);
    return new TlsIdentity(Pem.privateKey(key), Pem.certificates(certificate));
  }

  private static TlsEngines engines(
      TlsIdentity identity, TlsIdentity trusted, Map<String, String> settings) {
    return new TlsEngines(
        SipSettings.from(key -> Optional.ofNullable(settings.get(key))).tls(),
        identity,
        Optional.of(trusted.chain()));
  }

  @Test
  void connectsByTls13WithAModernSuite() throws Exception {
    SSLEngine client = engines(stranger, server, Map.of()).forClient("sip.example.org", 5061);
    shake(client, engines(server, server, Map.of()).forServer());
    assertThat(client.getSession().getProtocol()).isEqualTo("TLSv1.3");
    assertThat(client.getSession().getCipherSuite()).isEqualTo("TLS_AES_256_GCM_SHA384");
  }

  @Test
  void doesNotTrustACertificateThatIsNoAnchor() {
    SSLEngine client = engines(stranger, stranger, Map.of()).forClient("sip.example.org", 5061);
    SSLEngine target = engines(server, server, Map.of()).forServer();
    assertThatThrownBy(() -> shake(client, target))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("PKIX");
  }

  @Test
  void doesNotTrustACertificateOfAnotherName() {
    SSLEngine client = engines(stranger, server, Map.of()).forClient("sip.example.com", 5061);
    SSLEngine target = engines(server, server, Map.of()).forServer();
    assertThatThrownBy(() -> shake(client, target))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("sip.example.com");
  }

  @Test
  void asksForClientCertificatesOnlyWhereConfigured() throws Exception {
    SSLEngine target = engines(server, stranger, Map.of()).forServer();
    shake(engines(stranger, server, Map.of()).forClient("127.0.0.1", 5061), target);
    assertThatThrownBy(() -> target.getSession().getPeerCertificates())
        .isInstanceOf(SSLPeerUnverifiedException.class);
  }

  @Test
  void provesTheClientWhereNeeded() throws Exception {
    Map<String, String> need = Map.of("sip.tls.client-auth", "need");
    SSLEngine target = engines(server, stranger, need).forServer();
    shake(engines(stranger, server, Map.of()).forClient("127.0.0.1", 5061), target);
    assertThat(target.getSession().getPeerCertificates()[0]).isEqualTo(stranger.chain().get(0));
  }

  @Test
  void refusesAClientItDoesNotTrustEvenWhenOneIsOnlyWanted() {
    Map<String, String> want = Map.of("sip.tls.client-auth", "want");
    SSLEngine target = engines(server, server, want).forServer();
    SSLEngine client = engines(stranger, server, Map.of()).forClient("127.0.0.1", 5061);
    assertThatThrownBy(() -> shake(client, target)).isInstanceOf(SSLException.class);
  }

  @Test
  void speaksNothingOlderThanTls12() {
    SSLEngine target = engines(server, server, Map.of()).forServer();
    assertThat(target.getEnabledProtocols()).containsExactly("TLSv1.3", "TLSv1.2");
    assertThat(target.getEnabledCipherSuites()).isSubsetOf(SipSettings.MODERN_CIPHER_SUITES);
  }

  private static void shake(SSLEngine client, SSLEngine server) throws SSLException {
    ByteBuffer toServer = ByteBuffer.allocate(65536);
    ByteBuffer toClient = ByteBuffer.allocate(65536);
    client.beginHandshake();
    server.beginHandshake();
    for (int i = 0; i < 100; i++) {
      step(client, toServer, toClient);
      step(server, toClient, toServer);
      if (client.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
          && server.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING) {
        return;
      }
    }
    throw new SSLException("no end of the handshake");
  }

  private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws SSLException {
    ByteBuffer plain = ByteBuffer.allocate(65536);
    for (int i = 0; i < 20; i++) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> engine.getDelegatedTask().run();
        case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
        default -> {
          in.flip();
          engine.unwrap(in, plain);
          in.compact();
          if (engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP && in.position() == 0) {
            return;
          }
        }
      }
    }
  }
}
