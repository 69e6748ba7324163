package org.m2mx.sipcontainer.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class NonceCountsTest {
  private static final Duration LIFETIME = Duration.ofSeconds(10);

  private final MutableClock clock = MutableClock.of(Instant.EPOCH, ZoneOffset.UTC);
  private final Nonces nonces = new Nonces(clock, LIFETIME);
  private final NonceCounts counts = new NonceCounts(nonces);
  private final String nonce = nonces.issue("m2m-x.example");

  @Test
  void eachCountIsGoodOnce() {
    assertThat(counts.accept(nonce, 1)).isTrue();
    assertThat(counts.accept(nonce, 1)).isFalse();
    assertThat(counts.accept(nonce, 2)).isTrue();
    assertThat(counts.accept(nonces.issue("m2m-x.example"), 1)).isTrue();
  }

  @Test
  void countsMayOvertakeEachOther() {
    assertThat(counts.accept(nonce, 5)).isTrue();
    assertThat(counts.accept(nonce, 3)).isTrue();
    assertThat(counts.accept(nonce, 4)).isTrue();
    assertThat(counts.accept(nonce, 3)).isFalse();
    assertThat(counts.accept(nonce, 5)).isFalse();
  }

  @Test
  void whatIsTooOldToTellIsRefused() {
    assertThat(counts.accept(nonce, 100)).isTrue();
    assertThat(counts.accept(nonce, 37)).isTrue();
    assertThat(counts.accept(nonce, 36)).isFalse();
    assertThat(counts.accept(nonce, 1_000)).isTrue();
    assertThat(counts.accept(nonce, 100)).isFalse();
  }

  @Test
  void zeroIsNoCount() {
    assertThat(counts.accept(nonce, 0)).isFalse();
  }

  @Test
  void isRememberedAsLongAsItsNonceLives() {
    clock.setInstant(Instant.ofEpochSecond(9));
    String young = nonces.issue("m2m-x.example");
    assertThat(counts.accept(young, 1)).isTrue();
    clock.setInstant(Instant.ofEpochSecond(18));
    assertThat(counts.accept(young, 1)).isFalse();
    assertThat(counts.accept(young, 2)).isTrue();
  }

  @Test
  void whatWasMadeBeforeWhatIsRememberedIsRefusedAndWhatIsNewIsNot() {
    NonceCounts three = new NonceCounts(nonces, 3);
    assertThat(three.accept(nonce, 1)).isTrue();
    for (int i = 1; i <= 6; i++) {
      clock.setInstant(Instant.ofEpochMilli(i));
      assertThat(three.accept(nonces.issue("m2m-x.example"), 1)).isTrue();
    }
    assertThat(three.accept(nonce, 1)).as("used, and forgotten").isFalse();
    assertThat(three.accept(nonce, 2)).as("as old as one that is forgotten").isFalse();
    clock.setInstant(Instant.ofEpochMilli(7));
    assertThat(three.accept(nonces.issue("m2m-x.example"), 1)).isTrue();
  }
}
