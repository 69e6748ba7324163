package org.m2mx.sipcontainer.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.m2mx.sipcontainer.digest.Nonces.Standing.FRESH;
import static org.m2mx.sipcontainer.digest.Nonces.Standing.STALE;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class NoncesTest {
  private static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private final MutableClock clock = MutableClock.of(NOON, ZoneOffset.UTC);
  private final Nonces nonces = new Nonces(clock, LIFETIME);

  @Test
  void aNonceIsGoodForItsRealmUntilItsLifeIsOver() {
    String nonce = nonces.issue("m2m-x.example");

    clock.setInstant(NOON.plus(LIFETIME).minusMillis(1));
    assertThat(nonces.check(nonce, "m2m-x.example")).isEqualTo(FRESH);
    clock.setInstant(NOON.plus(LIFETIME));
    assertThat(nonces.check(nonce, "m2m-x.example")).isEqualTo(STALE);
  }

  @Test
  void aNonceOfOneRealmIsNoneOfAnother() {
    assertThat(nonces.check(nonces.issue("m2m-x.example"), "other.example")).isEqualTo(STALE);
  }

  @Test
  void noTwoNoncesAreAlike() {
    assertThat(nonces.issue("m2m-x.example")).isNotEqualTo(nonces.issue("m2m-x.example"));
  }

  @Test
  void aNonceOfAnotherServerIsStale() {
    String foreign = new Nonces(clock, LIFETIME).issue("m2m-x.example");

    assertThat(nonces.check(foreign, "m2m-x.example")).isEqualTo(STALE);
  }

  @Test
  void noBitOfANonceCanBeChanged() {
    byte[] nonce = Base64.getUrlDecoder().decode(nonces.issue("m2m-x.example"));
    for (int bit = 0; bit < nonce.length * 8; bit++) {
      byte[] forged = nonce.clone();
      forged[bit / 8] ^= (byte) (1 << bit % 8);
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(forged);
      assertThat(nonces.check(text, "m2m-x.example")).as("bit %d", bit).isEqualTo(STALE);
    }
  }

  @Test
  void aNonceIsSpelledInOneWay() {
    String nonce = nonces.issue("m2m-x.example");
    byte[] bytes = Base64.getUrlDecoder().decode(nonce);
    String start = nonce.substring(0, nonce.length() - 1);
    List<String> spellings =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            .chars()
            .mapToObj(last -> start + (char) last)
            .flatMap(text -> Stream.of(text, text + "="))
            .filter(text -> Arrays.equals(Base64.getUrlDecoder().decode(text), bytes))
            .toList();
    assertThat(spellings).hasSize(8);
    assertThat(spellings)
        .filteredOn(text -> nonces.check(text, "m2m-x.example") == FRESH)
        .containsExactly(nonce);
  }

  @Test
  void rubbishIsStale() {
    assertThat(nonces.check("", "m2m-x.example")).isEqualTo(STALE);
    assertThat(nonces.check("not base64 !", "m2m-x.example")).isEqualTo(STALE);
    assertThat(nonces.check("AAAA", "m2m-x.example")).isEqualTo(STALE);
  }
}
