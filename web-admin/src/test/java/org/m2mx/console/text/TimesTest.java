package org.m2mx.console.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class TimesTest {
  private static final Instant MIDNIGHT =
      LocalDate.of(2027, 1, 1).atStartOfDay(ZoneId.systemDefault()).toInstant();

  @Test
  void whatEndsWithADayIsSaidByThatDay() {
    assertThat(Times.end(MIDNIGHT, Locale.JAPANESE)).isEqualTo("2026/12/31");
    assertThat(Times.end(MIDNIGHT.plusSeconds(3600), Locale.JAPANESE))
        .isEqualTo("2027/01/01 1:00:00");
  }

  @Test
  void aLineBreaksBetweenDateAndTimeOnly() {
    var text = Times.withOffset(MIDNIGHT, Locale.ENGLISH);
    assertThat(text.split(" ")).hasSize(2);
    assertThat(text).contains("2027").matches(".*\\(UTC[+-]\\d\\d:\\d\\d\\)");
  }

  @Test
  void theZoneIsNamedWithItsOffset() {
    var zone = new Times(Clock.fixed(MIDNIGHT, ZoneOffset.UTC)).getZone();
    assertThat(zone).matches("UTC|.+ \\(UTC[+-]\\d\\d:\\d\\d\\)");
  }
}
