package org.m2mx.sipcontainer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTextTest {
  /** The examples of RFC 5952 sections 4 and 5. */
  @ParameterizedTest
  @CsvSource({
    "2001:0db8::0001, 2001:db8::1",
    "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "0:0:0:0:0:0:0:0, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "fe80:0:0:0:0:0:0:0, fe80::",
    "192.0.2.1, 192.0.2.1"
  })
  void writesTheCanonicalForm(String literal, String canonical) throws UnknownHostException {
    assertThat(AddressText.plain(InetAddress.getByName(literal))).isEqualTo(canonical);
  }

  @Test
  void putsIpv6InBracketsInHeaders() throws UnknownHostException {
    assertThat(AddressText.inHeader(InetAddress.getByName("::1"))).isEqualTo("[::1]");
    assertThat(AddressText.inHeader(InetAddress.getByName("192.0.2.1"))).isEqualTo("192.0.2.1");
  }

  @Test
  void readsLiteralsAndLeavesNamesAlone() throws UnknownHostException {
    assertThat(AddressText.literal("[0:0:0:0:0:0:0:1]")).contains(InetAddress.getByName("::1"));
    assertThat(AddressText.literal("192.0.2.1")).contains(InetAddress.getByName("192.0.2.1"));
    assertThat(AddressText.literal("example.org")).isEmpty();
    assertThat(AddressText.literal("")).isEmpty();
  }
}
