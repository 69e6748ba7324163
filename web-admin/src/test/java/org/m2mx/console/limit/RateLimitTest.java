package org.m2mx.console.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private final HandClock clock = new HandClock();
  private final RateLimit limit = new RateLimit(3, Duration.ofMinutes(1), clock);

  @Test
  void aFewAtOnceThenEvenlySpread() {
    for (int i = 0; i < 3; i++) {
      assertThat(limit.ask("a")).isZero();
    }
    assertThat(limit.ask("a")).isEqualTo(Duration.ofSeconds(20));
    clock.now = clock.now.plusSeconds(5);
    assertThat(limit.ask("a")).isEqualTo(Duration.ofSeconds(15));
    clock.now = clock.now.plusSeconds(15);
    assertThat(limit.ask("a")).isZero();
    assertThat(limit.ask("a")).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void whoRestedMayAskAFewAtOnceAgainAndNoMore() {
    for (int i = 0; i < 3; i++) {
      limit.ask("a");
    }
    clock.now = clock.now.plus(Duration.ofDays(1));
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

  private static final class HandClock extends Clock {
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
