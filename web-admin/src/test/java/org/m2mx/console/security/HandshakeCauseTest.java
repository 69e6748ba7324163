package org.m2mx.console.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeCauseTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NOT_TRUSTED | Received fatal alert: certificate_unknown",
        "NOT_TRUSTED | Received fatal alert: unknown_ca",
        "EXPIRED | Received fatal alert: certificate_expired",
        "OLD_TLS | The client supported protocol versions[TLSv1.1] are not accepted by server preferences [TLS13, TLS12]",
        "OLD_TLS | Client requested protocol TLSv1.1 is not enabled or supported in server context",
        "OLD_TLS | Received fatal alert: protocol_version",
        "NO_CIPHER | no cipher suites in common",
        "NO_CIPHER | Received fatal alert: handshake_failure",
        "NOT_TLS | Unsupported or unrecognized SSL message",
        "CLIENT_CERTIFICATE | Empty client certificate chain",
        "CLIENT_CERTIFICATE | PKIX path building failed: unable to find valid certification path to requested target",
        "SILENT | no handshake within 10s",
        "HUNG_UP | closed by the peer",
        "HUNG_UP | Connection reset by peer",
        "CROWDED | too many handshakes at once (sip.tls.max-handshakes)",
        "OTHER | record larger than TLS allows",
        "OTHER | something of tomorrow"
      })
  void whatTlsSaysHasAMeaning(HandshakeCause cause, String reason) {
    assertThat(HandshakeCause.of(reason)).isEqualTo(cause);
  }
}
