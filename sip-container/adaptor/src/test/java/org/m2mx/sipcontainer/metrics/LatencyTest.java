package org.m2mx.sipcontainer.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LatencyTest {
  private final Latency latency = new Latency();

  @Test
  void roundsUpToTheNextStep() {
    latency.record(Duration.ofMillis(1).toNanos());
    assertThat(latency.quantile(1)).isEqualTo(1);
    latency.record(Duration.ofMillis(1).toNanos() + 1);
    assertThat(latency.quantile(1)).isEqualTo(2);
    assertThat(latency.quantile(0.5)).isEqualTo(1);
    assertThat(latency.count()).isEqualTo(2);
  }

  @Test
  void hasALastStep() {
    latency.record(0);
    assertThat(latency.quantile(1)).isEqualTo(0.25);
    latency.record(Duration.ofHours(1).toNanos());
    assertThat(latency.quantile(1)).isEqualTo(32768);
  }

  @Test
  void isZeroBeforeAnythingHappened() {
    assertThat(latency.quantile(0.99)).isZero();
  }
}
