package org.m2mx.sip.knock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.sip.knock.Knock.Protocol;

class KnockTest {
  private static Knock parse(String body) {
    return Knock.parse(body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aQuestionIsOneLine() {
    assertThat(parse("tcp 49200 0a1b2c3d")).isEqualTo(new Knock(Protocol.TCP, 49200, "0a1b2c3d"));
    assertThat(parse("udp 1024 Abcdefgh\r\n")).isEqualTo(new Knock(Protocol.UDP, 1024, "Abcdefgh"));
    assertThat(parse("udp 65535 0a1b2c3d").octets())
        .asString(StandardCharsets.US_ASCII)
        .isEqualTo("m2mx-knock 0a1b2c3d\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tcp 49200",
        "sctp 49200 0a1b2c3d",
        "tcp -1 0a1b2c3d",
        "tcp 049200 0a1b2c3d",
        "tcp 49200 short12",
        "tcp 49200 GET / HTTP/1.1",
        "tcp 49200 0a1b2c3d\r\nQUIT",
        "tcp 2001:db8::1 49200 0a1b2c3d",
        "tcp 49200 0a1b2c3d 2001:db8::1",
        "tcp 49200 0a1b2c3\u00e9"
      })
  void whatIsNoQuestionIsToldWhatOneLooksLike(String body) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(body))
        .withMessageContaining("it goes to the address that the question comes from");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 22, 1023, 65536, 99999})
  void portsOfTheSystemsAreNoDoors(int port) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("tcp " + port + " 0a1b2c3d"))
        .withMessage("port " + port + ": give one from 1024 to 65535");
  }
}
