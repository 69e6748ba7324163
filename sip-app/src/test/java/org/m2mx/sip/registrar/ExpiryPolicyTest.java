package org.m2mx.sip.registrar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExpiryPolicyTest {
  private final ExpiryPolicy policy =
      new ExpiryPolicy(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofHours(2));

  @Test
  void aWishWithinTheBoundsIsGranted() throws Exception {
    assertThat(policy.grant(60L)).isEqualTo(60);
    assertThat(policy.grant(7200L)).isEqualTo(7200);
  }

  @Test
  void noWishGetsTheDefault() throws Exception {
    assertThat(policy.grant(null)).isEqualTo(3600);
  }

  @Test
  void tooLongAWishIsCut() throws Exception {
    assertThat(policy.grant(7201L)).isEqualTo(7200);
    assertThat(policy.grant(Long.MAX_VALUE)).isEqualTo(7200);
  }

  @Test
  void zeroRemoves() throws Exception {
    assertThat(policy.grant(0L)).isZero();
  }

  @Test
  void tooShortAWishIsRefusedWithTheMinimum() {
    assertThatThrownBy(() -> policy.grant(59L))
        .isInstanceOfSatisfying(
            IntervalTooBriefException.class, e -> assertThat(e.minExpires()).isEqualTo(60));
  }

  @Test
  void settingsOutOfOrderAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ExpiryPolicy(
                    Duration.ofMinutes(1), Duration.ofSeconds(30), Duration.ofHours(2)))
        .withMessageContaining("m2mx.registrar.min-expires");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ExpiryPolicy(Duration.ofHours(1), Duration.ofHours(2), Duration.ofHours(3)))
        .withMessageContaining("below PT1H");
  }
}
