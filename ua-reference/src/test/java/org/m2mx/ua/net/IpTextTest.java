package org.m2mx.ua.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 5952 section 4. */
class IpTextTest {
  @ParameterizedTest
  @CsvSource({
    "0:0:0:0:0:0:0:1, ::1",
    "0:0:0:0:0:0:0:0, ::",
    "2001:0db8::0001, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:DB8::ABCD, 2001:db8::abcd",
    "fe80:0:0:0:1:0:0:0, fe80::1:0:0:0",
    "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
    "0:0:3:4:5:6:7:8, ::3:4:5:6:7:8",
    "192.0.2.1, 192.0.2.1",
  })
  void writesAddresses(String given, String written) throws Exception {
    assertThat(IpText.of(InetAddress.getByName(given))).isEqualTo(written);
    assertThat(InetAddress.getByName(written)).isEqualTo(InetAddress.getByName(given));
  }

  @Test
  void putsBracketsAroundIpv6BeforeAPort() throws Exception {
    assertThat(IpText.of(new InetSocketAddress(InetAddress.getByName("::1"), 5061)))
        .isEqualTo("[::1]:5061");
    assertThat(IpText.of(new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 5061)))
        .isEqualTo("192.0.2.1:5061");
  }
}
