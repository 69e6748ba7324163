package org.m2mx.ua.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far addresses are known, and where they are taken to be translated. */
class Ipv4ScopeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "172.31.255.1",
        "192.168.1.1",
        "169.254.7.7",
        "100.64.0.1",
        "100.127.9.9"
      })
  void knowsPrivateAddresses(String address) throws Exception {
    assertThat(Ipv4Scope.isPrivate(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "198.51.100.1",
        "172.32.0.1",
        "100.63.255.1",
        "100.128.0.1",
        "127.0.0.1",
        "fd00::1"
      })
  void knowsOthers(String address) throws Exception {
    assertThat(Ipv4Scope.isPrivate(InetAddress.getByName(address))).isFalse();
  }

  @Test
  void takesAPrivateAddressForTranslatedTowardsOtherNetworks() throws Exception {
    InetAddress home = InetAddress.getByName("192.168.77.10");
    InetAddress outside = InetAddress.getByName("198.51.100.1");
    assertThat(Ipv4Scope.isTranslated(home, outside)).isTrue();
    assertThat(Ipv4Scope.isTranslated(home, InetAddress.getByName("2001:db8::1"))).isFalse();
    assertThat(Ipv4Scope.isTranslated(outside, home)).isFalse();
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    assertThat(Ipv4Scope.isTranslated(loopback, outside)).isFalse();
  }
}
