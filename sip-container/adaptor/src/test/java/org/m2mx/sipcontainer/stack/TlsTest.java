package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.security.SipCertificates;
import org.m2mx.sipcontainer.security.SipUser;
import org.m2mx.sipcontainer.stack.SipClient.Received;
import org.m2mx.sipcontainer.tls.HandshakeFailed;
import org.m2mx.sipcontainer.tls.Pem;
import org.m2mx.sipcontainer.tls.SelfSignedCertificate;

/** TLS as operators and applications see it. */
class TlsTest {
  @TempDir private Path folder;
  private TestServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private Path file(String name) {
    return folder.resolve(name + ".pem");
  }

  private X509Certificate makeCertificate(String name) throws IOException {
    new SelfSignedCertificate(Clock.systemUTC())
        .create(List.of(name), file(name + "-certificate"), file(name + "-key"));
    return Pem.certificates(file(name + "-certificate")).get(0);
  }

  private SipClient connect(SSLContext context) throws Exception {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.tlsPort());
    socket.startHandshake();
    return new SipClient("alice", "tls", socket);
  }

  /** A client that has the named certificate, if any, and trusts the server's of the moment. */
  private SSLContext client(String name) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    if (name != null) {
      keys.setKeyEntry(
          "client",
          Pem.privateKey(file(name + "-key")),
          new char[0],
          Pem.certificates(file(name + "-certificate")).toArray(X509Certificate[]::new));
    }
    KeyManagerFactory key = KeyManagerFactory.getInstance("PKIX");
    key.init(keys, new char[0]);
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry("server", Pem.certificates(file("certificate")).get(0));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(key.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static String subject(SipClient client) throws IOException {
    client.send("OPTIONS", "sip:example.org", "tls", 1, "<sip:example.org>");
    return client.receive().header("X-Subject");
  }

  @Test
  void takesAReplacedCertificateWithoutARestart() throws Exception {
    server =
        new TestServer(folder, CertificateServlet.class)
            .set("sip.tls.reload-interval", "1")
            .start();
    X509Certificate before = Pem.certificates(file("certificate")).get(0);
    try (SipClient old = connect(client(null))) {
      X509Certificate next = makeCertificate("next.example.org");
      Files.copy(file("next.example.org-certificate"), file("fresh"));
      Files.move(
          file("fresh"),
          file("certificate"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING,
          java.nio.file.StandardCopyOption.ATOMIC_MOVE);
      assertThat(presented(before, next)).as("half of a pair is not taken").isEqualTo(before);
      Files.copy(
          file("next.example.org-key"),
          file("private-key"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Eventually.is(() -> presented(before, next).equals(next));
      assertThat(subject(old)).as("what is open stays open").isEqualTo("none");
    }
  }

  /** The certificate the server shows to whoever comes; one of the two it may be showing. */
  private X509Certificate presented(X509Certificate... possible) throws Exception {
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    for (X509Certificate certificate : possible) {
      anchors.setCertificateEntry(certificate.getSubjectX500Principal().getName(), certificate);
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.tlsPort())) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  @Test
  void givesTheServletTheCertificateOfThePeer() throws Exception {
    X509Certificate alice = makeCertificate("alice.example.org");
    server =
        new TestServer(folder, CertificateServlet.class)
            .set("sip.tls.client-auth", "want")
            .set("sip.tls.trust", file("alice.example.org-certificate").toString())
            .start();
    try (SipClient known = connect(client("alice.example.org"));
        SipClient anonymous = connect(client(null))) {
      assertThat(subject(known)).isEqualTo(alice.getSubjectX500Principal().getName());
      assertThat(subject(anonymous)).isEqualTo("none");
    }
  }

  @Test
  void letsInWhoseCertificateTheApplicationKnows() throws Exception {
    X509Certificate alice = makeCertificate("alice.example.org");
    server =
        byCertificate()
            .attribute(
                SipCertificates.class,
                (SipCertificates)
                    certificate ->
                        certificate.equals(alice)
                            ? Optional.of(SipUser.named("alice", Set.of("subscriber")))
                            : Optional.empty())
            .set("sip.tls.client-auth", "want")
            .set("sip.tls.trust", trusting(alice, makeCertificate("mallory.example.org")))
            .start();
    try (SipClient known = connect(client("alice.example.org"));
        SipClient other = connect(client("mallory.example.org"));
        SipClient anonymous = connect(client(null));
        SipClient inTheClear = server.tcp("alice", "127.0.0.1")) {
      Received answer = options(known);
      assertThat(answer.firstLine()).isEqualTo("SIP/2.0 200 OK");
      assertThat(answer.header("X-User")).isEqualTo("alice");
      assertThat(answer.header("X-Subscriber")).isEqualTo("true");
      for (SipClient stranger : List.of(other, anonymous, inTheClear)) {
        assertThat(options(stranger).firstLine()).startsWith("SIP/2.0 403 ");
      }
    }
  }

  @Test
  void doesNotStartWhereNoCertificateIsAskedFor() throws Exception {
    server = byCertificate().attribute(SipCertificates.class, (SipCertificates) c -> null);
    assertThatThrownBy(server::start)
        .isInstanceOf(ServletException.class)
        .hasMessageContaining("set sip.tls.client-auth to want or need");
    server = null;
  }

  private TestServer byCertificate() throws IOException {
    return new TestServer(
        folder,
        """
        <sip-app><app-name>test</app-name>
          <servlet-selection><main-servlet>main</main-servlet></servlet-selection>
          <servlet><servlet-name>main</servlet-name><servlet-class>%s</servlet-class></servlet>
          <security-constraint>
            <resource-collection><servlet-name>main</servlet-name></resource-collection>
            <auth-constraint><role-name>subscriber</role-name></auth-constraint>
          </security-constraint>
          <login-config><auth-method>CLIENT-CERT</auth-method></login-config>
          <security-role><role-name>subscriber</role-name></security-role>
        </sip-app>
        """
            .formatted(GuardedServlet.class.getName()));
  }

  /** A file of trust anchors. */
  private String trusting(X509Certificate... anchors) throws Exception {
    StringBuilder text = new StringBuilder();
    for (X509Certificate anchor : anchors) {
      text.append("-----BEGIN CERTIFICATE-----\n")
          .append(Base64.getMimeEncoder().encodeToString(anchor.getEncoded()))
          .append("\n-----END CERTIFICATE-----\n");
    }
    return Files.writeString(file("anchors"), text).toString();
  }

  private static Received options(SipClient client) throws IOException {
    client.send("OPTIONS", "sip:example.org", UUID.randomUUID().toString(), 1, "<sip:example.org>");
    return client.receive();
  }

  @Test
  void tellsApplicationsOfFailedHandshakesWithTheReason() throws Exception {
    makeCertificate("alice.example.org");
    server =
        new TestServer(folder, CertificateServlet.class)
            .set("sip.tls.client-auth", "need")
            .set("sip.tls.trust", file("alice.example.org-certificate").toString())
            .set("sip.tls.handshake-timeout", "1")
            .start();
    Eventually.is(
        () -> {
          assertThatThrownBy(() -> subject(connect(client(null)))).isInstanceOf(IOException.class);
          return reasons().stream().anyMatch(reason -> reason.contains("client certificate"));
        });
    try (Socket silent = new Socket("127.0.0.1", server.tlsPort())) {
      Eventually.closes(silent);
    }
    Eventually.is(() -> reasons().contains("no handshake within 1s"));
  }

  private List<String> reasons() {
    return server.events(HandshakeFailed.class).stream().map(HandshakeFailed::reason).toList();
  }
}
