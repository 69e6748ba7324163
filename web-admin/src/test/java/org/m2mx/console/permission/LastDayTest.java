package org.m2mx.console.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class LastDayTest {
  @Test
  void somethingHoldsUntilTheDayIsOver() {
    assertThat(LastDay.end(LocalDate.of(9999, 12, 31)))
        .hasValue(LocalDate.of(10000, 1, 1).atStartOfDay(ZoneId.systemDefault()).toInstant());
    assertThat(LastDay.end(null)).isEmpty();
  }

  @Test
  void aYearHasFourDigits() {
    for (var day : new LocalDate[] {LocalDate.of(10000, 1, 1), LocalDate.MAX}) {
      assertThatIllegalArgumentException().isThrownBy(() -> LastDay.end(day));
    }
  }
}
