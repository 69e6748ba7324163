package org.m2mx.sip.record;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecordingPolicyTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void whatWouldKeepNothingIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RecordingPolicy(0, HOUR, 1, "n"))
        .withMessageContaining("m2mx.calls.retention-days");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RecordingPolicy(1, Duration.ZERO, 1, "n"))
        .withMessageContaining("m2mx.calls.purge-interval");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RecordingPolicy(1, HOUR, 0, "n"))
        .withMessageContaining("m2mx.calls.queue-size");
  }
}
