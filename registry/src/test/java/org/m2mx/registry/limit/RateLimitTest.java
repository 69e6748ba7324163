package org.m2mx.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class RateLimitTest {
  private final MutableClock clock =
      MutableClock.of(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);
  private final RateLimit limit = new RateLimit(3, Duration.ofMinutes(1), clock);

  @Test
  void aFewAtOnceThenEvenlySpread() {
    for (int i = 0; i < 3; i++) {
      assertThat(limit.ask("a")).isZero();
    }
    assertThat(limit.ask("a")).isEqualTo(Duration.ofSeconds(20));
    clock.add(Duration.ofSeconds(5));
    assertThat(limit.ask("a")).isEqualTo(Duration.ofSeconds(15));
    clock.add(Duration.ofSeconds(15));
    assertThat(limit.ask("a")).isZero();
    assertThat(limit.ask("a")).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void whoRestedMayAskAFewAtOnceAgainAndNoMore() {
    for (int i = 0; i < 3; i++) {
      limit.ask("a");
    }
    clock.add(Duration.ofDays(1));
    for (int i = 0; i < 3; i++) {
      assertThat(limit.ask("a")).isZero();
    }
    assertThat(limit.ask("a")).isPositive();
  }

  @Test
  void oneDoesNotUseUpWhatIsAnothers() {
    for (int i = 0; i < 4; i++) {
      limit.ask("a");
    }
    assertThat(limit.ask("b")).isZero();
  }
}
