package org.m2mx.sipcontainer.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.m2mx.sipcontainer.overload.Admission.Kind;

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
    assertThat(admission.admits(Kind.NEW)).isTrue();
    pass(201);
    assertThat(admission.admits(Kind.NEW)).isFalse();
    assertThat(admission.admits(Kind.PROVEN)).isTrue();
    assertThat(admission.admits(Kind.BEGUN)).isTrue();
  }

  @Test
  void refusesProofsBeforeItRefusesWhatBelongsToCalls() {
    busy.work(100);
    pass(401);
    assertThat(admission.admits(Kind.PROVEN)).isFalse();
    assertThat(admission.admits(Kind.BEGUN)).isTrue();
  }

  @Test
  void countsWhatWasRefused() {
    busy.work(100);
    pass(201);
    admission.refuse();
    admission.refuse();
    assertThat(admission.refused()).isEqualTo(2);
  }

  @Test
  void refusesEverythingWhenItIsFarBehind() {
    busy.work(100);
    pass(1001);
    assertThat(admission.admits(Kind.BEGUN)).isFalse();
  }

  @Test
  void takesAPauseOfTheMachineForNoOverload() {
    busy.work(2 * BusyWorkers.THREADS);
    pass(5000);
    assertThat(admission.admits(Kind.NEW)).isTrue();
  }
}
