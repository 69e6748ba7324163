package org.m2mx.sip.presence;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PresencePolicyTest {
  @Test
  void whatWouldMeanNoneIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PresencePolicy(0, Duration.ofHours(1)))
        .withMessageContaining("m2mx.presence.max-subscriptions");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PresencePolicy(1, Duration.ofSeconds(59)))
        .withMessageContaining("m2mx.presence.max-expires");
  }
}
