package org.m2mx.console.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipPortTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // sip.listen | sip.port-offset | the server's offset | expected
        "- | - | 0 | 5061",
        "- | - | 100 | 5161",
        "- | 7 | 100 | 5068",
        "tls://[::]:443 | - | 0 | 443",
        "tls://[::]:443 | 0 | 100 | 443",
        "udp://[::1]:5060,tls://[2001:db8::1]:6061 | - | 0 | 6061",
        "udp://[::1]:5060, TLS://sip.telco.example:6061 ,tls://[::]:7061 | - | 0 | 6061",
        "tls://[::] | - | 0 | 5061",
        "udp://127.0.0.1:5060 | - | 0 | 5061"
      })
  void itIsTheFirstTlsListenersWithTheOffset(
      String listen, Integer sipOffset, int serverOffset, int expected) {
    var port =
        new SipPort(Optional.ofNullable(listen), Optional.ofNullable(sipOffset), serverOffset);
    assertThat(port.number()).isEqualTo(expected);
  }
}
