package org.m2mx.sipcontainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.m2mx.sipcontainer.config.LocalAddresses.Binding;

class LocalAddressesTest {
  private final List<InetAddress> local =
      List.of(address("127.0.0.1"), address("192.0.2.1"), address("::1"), address("2001:db8::1"));

  @Test
  void expandsAnyAddressToBothFamiliesLoopbackLast() {
    assertThat(LocalAddresses.expand(List.of(ListenAddress.parse("tls://[::]:5061")), local))
        .extracting(Binding::address)
        .containsExactly(
            address("2001:db8::1"), address("192.0.2.1"), address("::1"), address("127.0.0.1"));
  }

  @Test
  void expandsAnyIpv4AddressToIpv4Only() {
    assertThat(LocalAddresses.expand(List.of(ListenAddress.parse("udp://0.0.0.0:5060")), local))
        .extracting(Binding::address)
        .containsExactly(address("192.0.2.1"), address("127.0.0.1"));
  }

  @Test
  void listensOnceWhereTwoSettingsMeet() {
    assertThat(
            LocalAddresses.expand(
                List.of(
                    ListenAddress.parse("tls://[::1]:5061"),
                    ListenAddress.parse("tls://[::]:5061")),
                local))
        .hasSize(4)
        .first()
        .isEqualTo(new Binding(Transport.TLS, address("::1"), 5061));
  }

  @Test
  void refusesToListenNowhere() {
    assertThatThrownBy(
            () -> LocalAddresses.expand(List.of(ListenAddress.parse("tls://[::]:5061")), List.of()))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("sip.listen");
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
