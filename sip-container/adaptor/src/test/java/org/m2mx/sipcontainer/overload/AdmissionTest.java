package org.m2mx.sipcontainer.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final int THREADS = 2;

  private final AtomicLong now = new AtomicLong();
  private final Workers workers =
      new Workers(THREADS, AdmissionTest.class.getClassLoader(), now::get);
  private final Admission admission = new Admission(workers, Duration.ofMillis(200));
  private final CountDownLatch busy = new CountDownLatch(1);

  @AfterEach
  void stop() {
    busy.countDown();
    workers.close();
  }

  private void work(int tasks) {
    for (int i = 0; i < tasks; i++) {
      workers.execute(
          () -> {
            try {
              busy.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
  }

  private void pass(long millis) {
    now.addAndGet(Duration.ofMillis(millis).toNanos());
  }

  @Test
  void looksAtHowLongWorkWaitsNotAtHowMuchThereIs() {
    work(10_000);
    assertThat(admission.admits(true)).isTrue();
    pass(201);
    assertThat(admission.admits(true)).isFalse();
    assertThat(admission.admits(false)).as("within a dialog").isTrue();
    assertThat(admission.refused()).isEqualTo(1);
  }

  @Test
  void refusesEverythingWhenItIsFarBehind() {
    work(100);
    pass(1001);
    assertThat(admission.admits(false)).isFalse();
  }

  @Test
  void takesAPauseOfTheMachineForNoOverload() {
    work(2 * THREADS);
    pass(5000);
    assertThat(admission.admits(true)).isTrue();
  }
}
