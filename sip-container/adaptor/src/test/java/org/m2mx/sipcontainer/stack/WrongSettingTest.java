package org.m2mx.sipcontainer.stack;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.servlet.sip.ar.SipApplicationRouter;
import javax.servlet.sip.ar.spi.SipApplicationRouterProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.m2mx.sipcontainer.config.InvalidSettingException;
import org.m2mx.sipcontainer.config.SettingKeys;
import org.m2mx.sipcontainer.tls.SelfSignedCertificate;

/** A setting that is wrong in whatever way keeps the container from starting, by name. */
class WrongSettingTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void writeFiles() throws Exception {
    new SelfSignedCertificate(Clock.systemUTC())
        .create(List.of("localhost"), file("certificate.pem"), file("private-key.pem"));
    Files.writeString(file("text"), "neither a certificate nor a key");
    String broken = "-----BEGIN %1$s-----\n!!!!\n-----END %1$s-----\n";
    Files.writeString(file("broken-certificate"), broken.formatted("CERTIFICATE"));
    Files.writeString(file("broken-key"), broken.formatted("PRIVATE KEY"));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (var out = Files.newOutputStream(file("store.p12"))) {
      store.store(out, "right".toCharArray());
    }
  }

  private static Path file(String name) {
    return folder.resolve(name);
  }

  /**
   * A value that must not work.
   *
   * @param remedy what the message has to say beside the key
   * @param besides other settings, each key before its value
   */
  private record Wrong(String key, String value, String remedy, List<String> besides) {
    Wrong(String key, String value, String remedy) {
      this(key, value, remedy, List.of());
    }

    @Override
    public String toString() {
      return key + "=" + value.replace('\0', '?');
    }
  }

  private static Stream<Wrong> wrong() {
    String host = "a host name such as";
    return Stream.of(
            Stream.of(
                new Wrong("sip.listen", ",", "names nothing, expected transport://host:port"),
                new Wrong("sip.listen", "5061", "transport://host:port"),
                new Wrong("sip.listen", "sctp://[::1]:5060", "one of ws, wss, udp, tcp, tls"),
                new Wrong("sip.listen", "tcp://[::1]:0", "between 1 and 65535"),
                new Wrong("sip.listen", "tcp://[::1]:65536", "between 1 and 65535"),
                new Wrong("sip.listen", "tcp://[::1]:-1", "transport://host:port"),
                new Wrong("sip.listen", "tcp://[one]:5060", "no IPv6 address"),
                new Wrong("sip.listen", "tcp://192.0.2.1:15060", "an address of this machine"),
                new Wrong("sip.listen", "tcp://[::1]:15060,ws://[::1]:15060", "another port"),
                new Wrong("sip.port-offset", "60000", "more than 65535"),
                new Wrong("sip.domains", ",", "names nothing, expected " + host),
                new Wrong("sip.domains", "sip:example.org", host),
                new Wrong("sip.domains", "example.org;sip.example.org", host),
                new Wrong("sip.dns.servers", ",", "names nothing, expected an address"),
                new Wrong("sip.dns.servers", "dns.example.org", "an address such as"),
                new Wrong("sip.dns.servers", "192.0.2.53:0", "an address such as"),
                new Wrong("sip.tls.certificate", "\0", "path of a file"),
                new Wrong("sip.tls.certificate", file("nowhere").toString(), "NoSuchFile"),
                new Wrong("sip.tls.certificate", folder.toString(), "check path, rights"),
                new Wrong("sip.tls.certificate", file("text").toString(), "no PEM certificate"),
                new Wrong(
                    "sip.tls.certificate", file("broken-certificate").toString(), "no base64"),
                new Wrong("sip.tls.private-key", "\0", "path of a file"),
                new Wrong("sip.tls.private-key", file("nowhere").toString(), "NoSuchFile"),
                new Wrong("sip.tls.private-key", file("text").toString(), "no PEM private key"),
                new Wrong("sip.tls.private-key", file("broken-key").toString(), "no base64"),
                new Wrong("sip.tls.key-store", "\0", "path of a file"),
                new Wrong("sip.tls.key-store", file("nowhere").toString(), "NoSuchFile"),
                new Wrong("sip.tls.key-store", file("text").toString(), "check path, rights"),
                new Wrong(
                    "sip.tls.key-store-password",
                    "wrong",
                    "does not open it",
                    List.of("sip.tls.key-store", file("store.p12").toString())),
                new Wrong("sip.tls.trust", "\0", "path of a file"),
                new Wrong("sip.tls.trust", file("nowhere").toString(), "NoSuchFile"),
                new Wrong("sip.tls.trust", file("text").toString(), "no PEM certificate"),
                new Wrong("sip.tls.trust", file("private-key.pem").toString(), "no PEM cert"),
                new Wrong(
                    "sip.tls.trust-password",
                    "wrong",
                    "does not open it",
                    List.of("sip.tls.trust", file("store.p12").toString())),
                new Wrong("sip.tls.client-auth", "maybe", "one of none, want, need"),
                new Wrong("sip.tls.client-auth", "none,need", "one of none, want, need"),
                new Wrong("sip.tls.protocols", ",", "names nothing, expected one of TLSv1.3"),
                new Wrong("sip.tls.protocols", "TLSv1.3,TLSv1.1", "one of TLSv1.3, TLSv1.2"),
                new Wrong("sip.tls.cipher-suites", ",", "names nothing, expected one of TLS_"),
                new Wrong("sip.tls.cipher-suites", "TLS_RSA_WITH_NULL_SHA256", "one of TLS_"),
                new Wrong("sip.tls.self-signed-hosts", " , ", "names nothing, expected " + host),
                new Wrong("sip.tls.self-signed-hosts", "https://example.org", host),
                new Wrong("sip.websocket.origins", ",", "names nothing, expected an origin"),
                new Wrong("sip.websocket.origins", "phone.example.org", "an origin such as"),
                new Wrong("sip.websocket.origins", "https://example.org/x", "without a path"),
                new Wrong("sip.digest.algorithms", ",", "names nothing, expected SHA-512-256"),
                new Wrong("sip.digest.algorithms", "SHA-256,SHA-1", "SHA-512-256, SHA-256 or MD5"),
                new Wrong("sip.application-router.file", "\0", "path of a file"),
                new Wrong("sip.application-router.file", file("nowhere").toString(), "NoSuchFile"),
                new Wrong("sip.application-router.file", file("text").toString(), "line 1"),
                new Wrong("sip.application-router.provider", "example.None", "expected a class"),
                new Wrong("sip.application-router.provider", "java.lang.Object", "that extends"),
                new Wrong(
                    "sip.application-router.provider", Throwing.class.getName(), "out of order"),
                new Wrong("sip.application-router.provider", Lacking.class.getName(), "no router"),
                new Wrong(
                    "sip.application-router.provider",
                    Lacking.class.getName(),
                    "unset one of them",
                    List.of("sip.application-router.file", "routes"))),
            Stream.of(
                    "sip.port-offset",
                    "sip.workers",
                    "sip.max-message-size",
                    "sip.max-connections",
                    "sip.max-connections-per-source",
                    "sip.message-timeout",
                    "sip.overload.queue-delay",
                    "sip.dns.timeout",
                    "sip.idle-timeout",
                    "sip.tls.handshake-timeout",
                    "sip.tls.reload-interval",
                    "sip.tls.max-handshakes",
                    "sip.websocket.ping-interval",
                    "sip.digest.nonce-lifetime")
                .flatMap(
                    key ->
                        Stream.of("-1", "many", "1.5", "PT5S", "10 s", "0x10", "99999999999")
                            .map(value -> new Wrong(key, value, "whole number between "))))
        .flatMap(all -> all);
  }

  /** A router that cannot be had. */
  public static final class Throwing extends SipApplicationRouterProvider {
    /** Never returns. */
    public Throwing() {
      throw new IllegalStateException("out of order");
    }

    @Override
    public SipApplicationRouter getSipApplicationRouter() {
      throw new AssertionError("there is no instance");
    }
  }

  /** Provides nothing. */
  public static final class Lacking extends SipApplicationRouterProvider {
    @Override
    public SipApplicationRouter getSipApplicationRouter() {
      return null;
    }
  }

  @ParameterizedTest
  @MethodSource
  void wrong(Wrong wrong) throws IOException {
    TestServer server = new TestServer(folder, CallerServlet.class);
    for (int i = 0; i < wrong.besides().size(); i += 2) {
      server.set(wrong.besides().get(i), wrong.besides().get(i + 1));
    }
    server.set(wrong.key(), wrong.value());

    assertThatThrownBy(server::start)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(wrong.key())
        .hasMessageContaining(wrong.remedy());
  }

  @Test
  void everySettingCanBeWrong() throws IllegalAccessException {
    Set<String> seen = wrong().map(Wrong::key).collect(toSet());
    assertThat(seen).containsExactlyInAnyOrderElementsOf(SettingKeys.all());
  }
}
