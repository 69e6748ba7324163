package org.m2mx.sip.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeltaSecondsTest {
  @Test
  void whatWasGrantedIsToldInFull() {
    assertThat(DeltaSeconds.of(Duration.ofSeconds(3600))).isEqualTo("3600");
    assertThat(DeltaSeconds.of(Duration.ofSeconds(3600).minusMillis(5))).isEqualTo("3600");
  }

  @Test
  void onlyWhatHasEndedIsZero() {
    assertThat(DeltaSeconds.of(Duration.ofNanos(1))).isEqualTo("1");
    assertThat(DeltaSeconds.of(Duration.ZERO)).isEqualTo("0");
    assertThat(DeltaSeconds.of(Duration.ofSeconds(-5))).isEqualTo("0");
  }
}
