package org.m2mx.sipcontainer.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final BusyWorkers busy = new BusyWorkers();
  private final Admission admission = new Admission(busy.workers(), Duration.ofMillis(200));

  @AfterEach
  void stop() {
    busy.close();
  }

  private void pass(long millis) {
    busy.pass(Duration.ofMillis(millis));
  }

  @Test
  void looksAtHowLongWorkWaitsNotAtHowMuchThereIs() {
    busy.work(10_000);
    assertThat(admission.admits(true)).isTrue();
    pass(201);
    assertThat(admission.admits(true)).isFalse();
    assertThat(admission.admits(false)).as("within a dialog").isTrue();
    assertThat(admission.refused()).isEqualTo(1);
  }

  @Test
  void refusesEverythingWhenItIsFarBehind() {
    busy.work(100);
    pass(1001);
    assertThat(admission.admits(false)).isFalse();
  }

  @Test
  void takesAPauseOfTheMachineForNoOverload() {
    busy.work(2 * BusyWorkers.THREADS);
    pass(5000);
    assertThat(admission.admits(true)).isTrue();
  }
}
