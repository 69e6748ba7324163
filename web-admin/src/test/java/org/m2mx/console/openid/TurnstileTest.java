package org.m2mx.console.openid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TurnstileTest {
  private final Turnstile turnstile = new Turnstile(2);

  @Test
  void hasSoManyPlaces() throws ProviderException {
    assertThat(turnstile.pass(() -> turnstile.pass(() -> "two at a time")))
        .isEqualTo("two at a time");
    assertThatThrownBy(
            () -> turnstile.pass(() -> turnstile.pass(() -> turnstile.pass(() -> "three"))))
        .isInstanceOf(ProviderException.class)
        .hasMessageContaining("busy");
  }

  @Test
  void whoeverGotNoAnswerLeavesItsPlace() throws ProviderException {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> turnstile.pass(TurnstileTest::nothing)).hasMessage("nothing");
    }
    assertThat(turnstile.pass(() -> turnstile.pass(() -> "two"))).isEqualTo("two");
  }

  private static String nothing() throws ProviderException {
    throw new ProviderException("nothing");
  }
}
