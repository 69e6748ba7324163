package org.m2mx.console.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
  private final Addresses addresses = new Addresses();

  // RFC 5952, section 4: small letters, no leading zeros, the longest run of zeros, the first of
  // two.
  @ParameterizedTest
  @CsvSource({
    "0:0:0:0:0:0:0:1, ::1",
    "0:0:0:0:0:0:0:0/64, ::/64",
    "[2001:db8:0:0:0:0:0:7]:40868, [2001:db8::7]:40868",
    "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:0db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "fe80:0:0:0:0:0:0:0, fe80::",
    "TLS [2001:db8:1:2:3:4:5:6]:5061, TLS [2001:db8:1:2:3:4:5:6]:5061",
    "192.0.2.7:5061, 192.0.2.7:5061",
    "1:2:3:4:5:6:7:8:9, 1:2:3:4:5:6:7:8:9"
  })
  void areShortened(String inFull, String text) {
    assertThat(addresses.text(inFull)).isEqualTo(text);
  }

  @Test
  void noneIsNothing() {
    assertThat(addresses.text(null)).isEmpty();
  }
}
