package org.m2mx.sipcontainer.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageSyntaxTest {
  private static final String MESSAGE =
      "OPTIONS sip:a SIP/2.0\r\nFrom: <sip:alice@x>;tag=1\r\n%s\r\nTo: <sip:a>\r\n\r\nbody\r: \r\n";

  private static String problem(String header) {
    return MessageSyntax.problem(MESSAGE.formatted(header).getBytes(StandardCharsets.UTF_8))
        .orElse("none");
  }

  /** What one reader takes for a header of its own must not be hidden from another. */
  @ParameterizedTest
  @ValueSource(strings = {"X: y\rFrom: <sip:victim@x>", "X: y\r", "X: y\r\n \r\n z", "X: y\r\n\t"})
  void refusesEndsOfLinesWithinAHeader(String header) {
    assertThat(problem(header)).isEqualTo("400 Bad Request (end of line within a header)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X: y\r\n z\r\n\tz", "X:\r\n z", "X: \"\\\u0007\\\u0000\"", "X: Ål"})
  void takesFoldedAndQuotedOnes(String header) {
    assertThat(problem(header)).isEqualTo("none");
  }

  @Test
  void refusesAHeaderOverTooManyLines() {
    assertThat(problem("X: y" + "\r\n z".repeat(64))).isEqualTo("none");
    assertThat(problem("X: y" + "\r\n z".repeat(65)))
        .isEqualTo("400 Bad Request (header over too many lines)");
  }

  @Test
  void refusesASecondFrom() {
    assertThat(problem("f: <sip:victim@x>")).isEqualTo("400 Bad Request (more than one from)");
  }
}
