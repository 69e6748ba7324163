package org.m2mx.console.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.call.CallFigures;

class DayFiguresTest {
  private final List<String> counted = new ArrayList<>();
  private Runnable meanwhile = () -> {};
  private Instant now = Instant.parse("2026-11-23T08:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final DayFigures day = new DayFigures(new Counter(), clock);

  @Test
  void countsOnceAMinuteForAllWhoLook() {
    day.of("m2m-x.example");
    now = now.plusSeconds(59);
    assertThat(day.of("m2m-x.example").counted()).isEqualTo(now.minusSeconds(59));
    assertThat(counted).containsExactly("m2m-x.example");
    now = now.plusSeconds(1);
    assertThat(day.of("m2m-x.example").counted()).isEqualTo(now);
    assertThat(counted).hasSize(2);
  }

  @Test
  void countsEachIspAndAllOfThemApart() {
    day.of("a.example");
    day.of("b.example");
    day.of(null);
    day.of("a.example");
    assertThat(counted).containsExactly("a.example", "b.example", null);
  }

  @Test
  void whoLooksWhileItCountsIsShownTheLastDay() {
    var before = day.of("m2m-x.example");
    now = now.plusSeconds(60);
    meanwhile =
        () ->
            assertThat(
                    CompletableFuture.supplyAsync(() -> day.of("m2m-x.example"))
                        .orTimeout(30, TimeUnit.SECONDS)
                        .join())
                .isEqualTo(before);
    assertThat(day.of("m2m-x.example").counted()).isEqualTo(now);
    assertThat(counted).hasSize(2);
  }

  private final class Counter extends CallFigures {
    private Counter() {
      super(null);
    }

    @Override
    public List<Figure> count(String domain, Instant from, Instant to, Duration stretch) {
      counted.add(domain);
      meanwhile.run();
      return List.of();
    }
  }
}
