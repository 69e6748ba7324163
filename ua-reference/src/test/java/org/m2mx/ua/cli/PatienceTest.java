package org.m2mx.ua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private static final Instant BEGUN = Instant.parse("2030-01-01T00:00:00Z");
  private static final Duration LIMIT = Duration.ofSeconds(120);

  private final AtomicReference<Instant> now = new AtomicReference<>(BEGUN);
  private final InstantSource time = now::get;

  private Patience patience(Duration limit) {
    return new Patience(time.withZone(ZoneOffset.UTC), limit);
  }

  private void pass(long seconds) {
    now.set(now.get().plusSeconds(seconds));
  }

  @Test
  void aSleepIsNotHeldAgainstIt() {
    Patience patience = patience(LIMIT);
    pass(190);
    assertThat(patience.isOver(BEGUN)).isFalse();
    pass(119);
    assertThat(patience.isOver(BEGUN)).isFalse();
    pass(1);
    assertThat(patience.isOver(BEGUN)).isTrue();
  }

  @Test
  void beginsAnewWhenSomethingHasGotOn() {
    Patience patience = patience(LIMIT);
    assertThat(patience.isOver(BEGUN)).isFalse();
    pass(119);
    Instant moved = now.get();
    pass(10);
    assertThat(patience.isOver(moved)).isFalse();
    pass(119);
    assertThat(patience.isOver(moved)).isFalse();
    pass(1);
    assertThat(patience.isOver(moved)).isTrue();
  }

  @Test
  void thereNeedNotBeAny() {
    assertThat(patience(Duration.ZERO).isOver(BEGUN)).isTrue();
  }
}
