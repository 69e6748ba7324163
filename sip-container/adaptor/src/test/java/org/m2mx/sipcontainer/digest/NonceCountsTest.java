package org.m2mx.sipcontainer.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NonceCountsTest {
  private final NonceCounts counts =
      new NonceCounts(new Nonces(Clock.systemUTC(), Duration.ofMinutes(5)));

  @Test
  void eachCountIsGoodOnce() {
    assertThat(counts.accept("n", 1)).isTrue();
    assertThat(counts.accept("n", 1)).isFalse();
    assertThat(counts.accept("n", 2)).isTrue();
    assertThat(counts.accept("other", 1)).isTrue();
  }

  @Test
  void countsMayOvertakeEachOther() {
    assertThat(counts.accept("n", 5)).isTrue();
    assertThat(counts.accept("n", 3)).isTrue();
    assertThat(counts.accept("n", 4)).isTrue();
    assertThat(counts.accept("n", 3)).isFalse();
    assertThat(counts.accept("n", 5)).isFalse();
  }

  @Test
  void whatIsTooOldToTellIsRefused() {
    assertThat(counts.accept("n", 100)).isTrue();
    assertThat(counts.accept("n", 37)).isTrue();
    assertThat(counts.accept("n", 36)).isFalse();
    assertThat(counts.accept("n", 1_000)).isTrue();
    assertThat(counts.accept("n", 100)).isFalse();
  }

  @Test
  void zeroIsNoCount() {
    assertThat(counts.accept("n", 0)).isFalse();
  }

  @Test
  void isRememberedAsLongAsItsNonceLivesAndNoLonger() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    Clock clock =
        new Clock() {
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
            return now.get();
          }
        };
    NonceCounts timed = new NonceCounts(new Nonces(clock, Duration.ofSeconds(10)));
    now.set(Instant.ofEpochSecond(9));
    assertThat(timed.accept("n", 1)).isTrue();
    now.set(Instant.ofEpochSecond(18));
    assertThat(timed.accept("n", 1)).isFalse();
    now.set(Instant.ofEpochSecond(40));
    assertThat(timed.accept("n", 1)).isTrue();
  }
}
