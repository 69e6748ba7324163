package org.m2mx.sipcontainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipSettingsTest {
  private static SipSettings settings(Map<String, String> values) {
    return SipSettings.from(key -> Optional.ofNullable(values.get(key)));
  }

  @Test
  void listensForTlsEverywhereByDefault() {
    SipSettings settings = settings(Map.of("jboss.server.data.dir", "/srv/data"));
    assertThat(settings.listen()).containsExactly(new ListenAddress(Transport.TLS, "::", 5061));
    assertThat(settings.tls().certificate())
        .isEqualTo(Path.of("/srv/data/sip/tls/certificate.pem"));
    assertThat(settings.tls().privateKey()).isEqualTo(Path.of("/srv/data/sip/tls/private-key.pem"));
    assertThat(settings.tls().clientAuthentication()).isEqualTo(ClientAuthentication.NONE);
    assertThat(settings.tls().protocols()).containsExactly("TLSv1.3", "TLSv1.2");
    assertThat(settings.idleTimeout()).isEqualTo(Duration.ofHours(2));
    assertThat(settings.messageTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.maxConnectionsPerSource()).isEqualTo(1000);
    assertThat(settings.maxHandshakes()).isEqualTo(1000);
    assertThat(settings.queueDelay()).isEqualTo(Duration.ofMillis(200));
    assertThat(settings.dnsServers()).isEmpty();
    assertThat(settings.dnsTimeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void addsTheServersPortOffset() {
    assertThat(settings(Map.of("jboss.socket.binding.port-offset", "100")).listen())
        .extracting(ListenAddress::port)
        .containsExactly(5161);
    assertThat(
            settings(Map.of("jboss.socket.binding.port-offset", "100", "sip.port-offset", "7"))
                .listen())
        .extracting(ListenAddress::port)
        .containsExactly(5068);
  }

  @Test
  void nameServersAreAddressesWithOrWithoutAPort() {
    assertThat(
            settings(
                    Map.of(
                        "sip.dns.servers",
                        "192.0.2.53, 192.0.2.54:5353, 2001:db8::53, [2001:db8::54], [::1]:5353"))
                .dnsServers())
        .containsExactly(
            new InetSocketAddress("192.0.2.53", 53),
            new InetSocketAddress("192.0.2.54", 5353),
            new InetSocketAddress("2001:db8::53", 53),
            new InetSocketAddress("2001:db8::54", 53),
            new InetSocketAddress("::1", 5353));
  }

  @Test
  void noWebPageMayConnectByDefault() {
    assertThat(settings(Map.of()).webSocket().origins()).isEmpty();
    assertThat(settings(Map.of()).webSocket().pingInterval()).isEqualTo(Duration.ofSeconds(60));
    assertThat(
            settings(Map.of("sip.websocket.origins", "https://Phone.example.org, *"))
                .webSocket()
                .origins())
        .containsExactlyInAnyOrder("https://phone.example.org", "*");
  }

  @Test
  void domainsAreComparedInLowerCase() {
    assertThat(settings(Map.of("sip.domains", "Example.ORG, sip.example.org")).domains())
        .containsExactlyInAnyOrder("example.org", "sip.example.org");
  }

  @ParameterizedTest
  @CsvSource({
    "sip.listen, tls//x, transport://host:port",
    "sip.workers, many, whole number between 1 and 1024",
    "sip.workers, 0, whole number between 1 and 1024",
    "sip.overload.queue-delay, 5, whole number between 10 and 10000",
    "sip.dns.servers, dns.example.org, an address such as 192.0.2.53",
    "sip.dns.servers, 192.0.2.53:0, an address such as 192.0.2.53",
    "sip.dns.servers, 192.0.2.53:123456, an address such as 192.0.2.53",
    "sip.dns.timeout, 0, whole number between 1 and 30",
    "sip.websocket.origins, phone.example.org, an origin such as https://",
    "sip.websocket.origins, https://phone.example.org/, without a path",
    "sip.websocket.ping-interval, -1, whole number between 0 and 86400",
    "sip.port-offset, -1, whole number between 0 and 60000",
    "sip.tls.client-auth, maybe, 'one of none, want, need'",
    "sip.tls.protocols, TLSv1, TLSv1.3",
    "sip.tls.cipher-suites, TLS_RSA_WITH_AES_128_CBC_SHA, one of TLS_AES_256_GCM_SHA384"
  })
  void namesTheSettingItsValueAndTheRemedy(String key, String value, String remedy) {
    assertThatThrownBy(() -> settings(Map.of(key, value)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith(key + "=" + value)
        .hasMessageContaining(remedy);
  }

  @Test
  void doesNotShowPasswords() {
    SipSettings settings = settings(Map.of("sip.tls.key-store-password", "hunter2"));
    assertThat(settings.toString()).doesNotContain("hunter2");
  }
}
