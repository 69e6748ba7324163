package org.m2mx.console.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTokenTest {
  private static final String GOOD = "c2V2ZW4tYW5kLXR3ZW50eS1vbmU=";

  @Test
  void isItselfAndNothingElse() {
    var token = new MetricsToken(Optional.of(GOOD));
    assertThat(token.isSet()).isTrue();
    assertThat(token.is(GOOD)).isTrue();
    assertThat(token.is(GOOD.substring(1))).isFalse();
    assertThat(token.is(GOOD + '=')).isFalse();
    assertThat(token.is("")).isFalse();
  }

  @Test
  void isNobodysWhenNoneIsSet() {
    var none = new MetricsToken(Optional.empty());
    assertThat(none.isSet()).isFalse();
    assertThat(none.is("")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"too-short", "it has spaces, and no header would carry it", "=", ""})
  void isRefusedByNameWhenItCannotBeUsed(String token) {
    assertThatThrownBy(() -> new MetricsToken(Optional.of(token)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("m2mx.metrics.token ")
        .hasMessageNotContaining("spaces, and")
        .hasMessageNotContaining("too-short");
  }
}
