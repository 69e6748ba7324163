package org.m2mx.sipcontainer.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class SourceTest {
  private static Source of(String address) throws UnknownHostException {
    return Source.of(InetAddress.getByName(address));
  }

  @Test
  void isAnIpv4AddressOrAnIpv6Slash64() throws UnknownHostException {
    assertThat(of("192.0.2.1")).isEqualTo(of("192.0.2.1")).isNotEqualTo(of("192.0.2.2"));
    assertThat(of("2001:db8:0:1::1"))
        .isEqualTo(of("2001:db8:0:1:ffff:ffff:ffff:ffff"))
        .isNotEqualTo(of("2001:db8:0:2::1"));
  }
}
