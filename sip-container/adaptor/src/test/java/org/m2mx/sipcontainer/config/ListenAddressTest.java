package org.m2mx.sipcontainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
  @ParameterizedTest
  @CsvSource({
    "tls://[::]:5061, TLS, ::, 5061",
    "udp://127.0.0.1:5070, UDP, 127.0.0.1, 5070",
    "TCP://[2001:db8::1], TCP, 2001:db8::1, 5060",
    "tls://localhost, TLS, localhost, 5061"
  })
  void readsTransportHostAndPort(String text, Transport transport, String host, int port) {
    assertThat(ListenAddress.parse(text)).isEqualTo(new ListenAddress(transport, host, port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tls:[::]:5061", "5061", "tls://::1:5061", "tls://[::1]:", ""})
  void refusesOtherForms(String text) {
    assertThatThrownBy(() -> ListenAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("transport://host:port");
  }

  @Test
  void refusesUnknownTransportsAndPorts() {
    assertThatThrownBy(() -> ListenAddress.parse("sctp://[::]:5060"))
        .hasMessageContaining("sctp")
        .hasMessageContaining("udp, tcp, tls");
    assertThatThrownBy(() -> ListenAddress.parse("tls://[::]:70000"))
        .hasMessageContaining("between 1 and 65535");
  }

  @Test
  void isWrittenAsItIsRead() {
    assertThat(ListenAddress.parse("TLS://[::1]:5061")).hasToString("tls://[::1]:5061");
  }
}
