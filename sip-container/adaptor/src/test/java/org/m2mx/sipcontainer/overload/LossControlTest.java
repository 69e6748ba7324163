package org.m2mx.sipcontainer.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LossControlTest {
  private static final Duration TARGET = Duration.ofMillis(200);

  private final BusyWorkers busy = new BusyWorkers();
  private final LossControl control =
      new LossControl(
          busy.workers(),
          TARGET,
          Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC));

  @AfterEach
  void stop() {
    busy.close();
  }

  private int after(Duration time) {
    busy.pass(time);
    return control.current().percent();
  }

  @Test
  void asksNothingAsLongAsNothingWaits() {
    assertThat(control.current().percent()).isZero();
    assertThat(control.current().validity()).isZero();
    assertThat(after(Duration.ofHours(1))).isZero();
  }

  @Test
  void asksForMoreTheLongerWorkWaitsAndNeverForEverything() {
    busy.work(100);
    assertThat(after(LossControl.STEP)).isBetween(5, 15);
    int before = control.current().percent();
    for (int i = 0; i < 3; i++) {
      int next = after(LossControl.STEP);
      assertThat(next).isGreaterThan(before);
      before = next;
    }
    for (int i = 0; i < 20; i++) {
      after(LossControl.STEP);
    }
    assertThat(control.current().percent()).isEqualTo(95);
    assertThat(control.current().validity()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void takesItBackSlowly() throws Exception {
    busy.work(100);
    after(LossControl.STEP);
    int most = after(LossControl.STEP.multipliedBy(2));
    busy.rest();
    while (busy.workers().waiting() > 0) {
      Thread.sleep(1);
    }
    assertThat(after(LossControl.STEP)).isBetween(most - 3, most - 1);
    assertThat(after(Duration.ofMinutes(1))).isZero();
    assertThat(control.current().validity()).isZero();
  }

  @Test
  void takesAPauseOfTheMachineForNoOverload() {
    busy.work(4);
    assertThat(after(Duration.ofSeconds(5))).isZero();
  }

  @Test
  void numbersWhatItSaysEvenWhenTheClockStands() {
    BigDecimal first = new BigDecimal(control.current().sequence());
    assertThat(first).isEqualTo("1767323045.000");
    assertThat(new BigDecimal(control.current().sequence())).isEqualTo(first);
    after(LossControl.STEP);
    assertThat(new BigDecimal(control.current().sequence())).isGreaterThan(first);
  }
}
