package org.m2mx.registry.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressBlockTest {

  @ParameterizedTest
  @CsvSource({
    "192.0.2.0/24, 192.0.2.255, true",
    "192.0.2.0/24, 192.0.3.0, false",
    "192.0.2.77/25, 192.0.2.127, true",
    "192.0.2.77/25, 192.0.2.128, false",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.8, false",
    "0.0.0.0/0, 198.51.100.1, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "2001:db8::/32, 2001:db8:ffff::1, true",
    "2001:db8::/32, 2001:db9::1, false",
    "::/0, ::1, true",
    "::1, ::2, false"
  })
  void aBlockHoldsWhatBeginsAsItDoes(String block, String address, boolean holds) {
    assertThat(AddressBlock.parse(block).contains(AddressBlock.parse(address))).isEqualTo(holds);
  }

  @Test
  void anIpv4AddressStandsForItself() {
    assertThat(AddressBlock.around("192.0.2.7")).isNotEqualTo(AddressBlock.around("192.0.2.8"));
    assertThat(AddressBlock.around("::ffff:192.0.2.7")).isEqualTo(AddressBlock.around("192.0.2.7"));
  }

  @Test
  void anIpv6AddressStandsForItsHome() {
    assertThat(AddressBlock.around("fe80::1%eth0")).isEqualTo(AddressBlock.around("fe80::2"));
    assertThat(AddressBlock.around("2001:db8:0:1:aaaa::1"))
        .isEqualTo(AddressBlock.around("2001:db8:0:1:bbbb::2"))
        .isNotEqualTo(AddressBlock.around("2001:db8:0:2:aaaa::1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "localhost",
        "192.0.2",
        "192.0.2.0/33",
        "192.0.2.0/-1",
        "192.0.2.0/x",
        "::/129",
        "1.2.3.4/5/6",
        "300.0.0.1",
        "cafe"
      })
  void anythingElseIsNamedInTheError(String text) {
    assertThatThrownBy(() -> AddressBlock.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\"");
  }

  @Test
  void itIsWrittenAsItIsRead() {
    assertThat(AddressBlock.parse("192.0.2.7/24")).hasToString("192.0.2.0/24");
    assertThat(AddressBlock.parse(AddressBlock.parse("2001:db8::/32").toString()))
        .isEqualTo(AddressBlock.parse("2001:db8::/32"));
  }
}
