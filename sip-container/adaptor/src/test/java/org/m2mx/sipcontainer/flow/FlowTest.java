package org.m2mx.sipcontainer.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.sipcontainer.config.Transport;

class FlowTest {
  private final Flow tls =
      Flow.between(
          Transport.TLS,
          new InetSocketAddress("2001:db8::1", 5061),
          new InetSocketAddress("2001:db8:1:2:3:4:5:6", 40000),
          "00112233445566778899aabbccddeeff");
  private final Flow udp =
      Flow.between(
          Transport.UDP,
          new InetSocketAddress("127.0.0.1", 5060),
          new InetSocketAddress("192.0.2.7", 5070),
          "");

  @Test
  void comesBackFromItsToken() {
    assertThat(Flow.parse(tls.token())).isEqualTo(tls).hasSameHashCodeAs(tls);
    assertThat(Flow.parse(udp.token())).isEqualTo(udp);
  }

  @Test
  void hasATokenOfUrlSafeCharacters() {
    assertThat(tls.token()).matches("[A-Za-z0-9_-]{1,200}");
  }

  @Test
  void isNotTheFlowOfAnotherConnectionFromTheSameAddress() {
    Flow later =
        new Flow(
            tls.transport(),
            tls.localAddress(),
            tls.localPort(),
            tls.remoteAddress(),
            tls.remotePort(),
            "ffeeddccbbaa99887766554433221100");
    assertThat(later).isNotEqualTo(tls);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "!", "AAAA", "dGxzIDo6MSA1MDYx", "c2N0cCBhIDEgYiAyIGM", "dGxzIGEgeCBiIDIgYw"})
  void refusesWhatIsNoToken(String text) {
    assertThatThrownBy(() -> Flow.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void needsARunningContainerToBeUsed() {
    assertThatThrownBy(tls::isOpen).hasMessageContaining("not running");
    assertThat(udp.isOpen()).isTrue();
  }

  @Test
  void isNamedByAHostThatCannotExist() {
    assertThat(FlowRoute.host(tls)).isEqualTo("00112233445566778899aabbccddeeff.flow.invalid");
    assertThat(FlowRoute.connection(FlowRoute.host(tls))).isEqualTo(tls.connection());
    assertThat(FlowRoute.peer(FlowRoute.host(udp)))
        .isEqualTo(new InetSocketAddress("192.0.2.7", 5070));
    assertThat(FlowRoute.isFlowHost("X.Flow.Invalid")).isTrue();
    assertThat(FlowRoute.isFlowHost("flow.invalid.example.org")).isFalse();
  }
}
