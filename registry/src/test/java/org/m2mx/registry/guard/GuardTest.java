package org.m2mx.registry.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.registry.guard.ShutOut.Cause;
import org.m2mx.registry.meter.ServiceMeters;
import org.threeten.extra.MutableClock;

class GuardTest {
  private static final Aor ALICE = Aor.parse("sip:alice@m2m-x.example");
  private static final Aor BOB = Aor.parse("sip:bob@m2m-x.example");
  private static final String HOME = "2001:db8:0:1::7";
  private static final String NEXT_TO_HOME = "2001:db8:0:1:aaaa::8";
  private static final String ABROAD = "198.51.100.1";
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static final int AT_SOURCE = 4;
  private static final int PER_SOURCE = 24;
  private static final int PER_ACCOUNT = 40;

  private final MutableClock clock =
      MutableClock.of(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);
  private final Guard guard =
      new Guard(
          limits(List.of("192.0.2.0/24")), clock, new ServiceMeters(new SimpleMeterRegistry()));

  private static GuardLimits limits(List<String> allowed) {
    return new GuardLimits(
        AT_SOURCE,
        PER_SOURCE,
        PER_ACCOUNT,
        Duration.ofMinutes(30),
        MINUTE,
        Duration.ofMinutes(8),
        Duration.ofMillis(500),
        Duration.ofSeconds(4),
        Duration.ofDays(7),
        1000,
        Optional.of(allowed));
  }

  @Test
  void someTyposAreForgiven() {
    wrong(ALICE, ABROAD, AT_SOURCE - 1);

    assertThat(guard.right(ALICE, ABROAD)).isEmpty();
    assertThat(guard.shutOuts()).isEmpty();
  }

  @Test
  void aRightProofBeginsTheCountAnew() {
    wrong(ALICE, ABROAD, AT_SOURCE - 1);
    guard.right(ALICE, ABROAD);
    wrong(ALICE, ABROAD, AT_SOURCE - 1);

    assertThat(guard.right(ALICE, ABROAD)).isEmpty();
  }

  @Test
  void whoGuessesIsSlowedAndThenShutOutWhateverComes() {
    assertThat(guard.wrong(ALICE, ABROAD).delay()).isZero();
    assertThat(guard.wrong(ALICE, ABROAD).delay()).isZero();
    assertThat(guard.wrong(ALICE, ABROAD).delay()).isEqualTo(Duration.ofMillis(500));
    assertThat(guard.wrong(ALICE, ABROAD).shutOut())
        .hasValueSatisfying(
            shutOut -> {
              assertThat(shutOut.cause()).isEqualTo(Cause.ACCOUNT_AT_SOURCE);
              assertThat(shutOut.account()).isEqualTo(ALICE);
              assertThat(shutOut.since()).isEqualTo(clock.instant());
              assertThat(shutOut.remaining(clock.instant())).isEqualTo(MINUTE);
            });

    assertThat(guard.right(ALICE, ABROAD)).isPresent();
    assertThat(guard.shutOuts()).extracting(ShutOut::account).containsExactly(ALICE);
  }

  @Test
  void itEndsByItselfAndTheNextOneIsTwiceAsLong() {
    List<Duration> lengths = List.of(1, 2, 4, 8, 8).stream().map(Duration::ofMinutes).toList();
    for (Duration length : lengths) {
      wrong(ALICE, ABROAD, AT_SOURCE);
      assertThat(guard.shutOuts())
          .singleElement()
          .satisfies(s -> assertThat(Duration.between(s.since(), s.until())).isEqualTo(length));
      clock.add(length);
      assertThat(guard.shutOuts()).isEmpty();
    }
    assertThat(guard.right(ALICE, ABROAD)).isEmpty();
  }

  @Test
  void allIsForgottenAfterAQuietTime() {
    wrong(ALICE, ABROAD, AT_SOURCE);
    clock.add(MINUTE.plus(Duration.ofMinutes(31)));
    wrong(ALICE, ABROAD, AT_SOURCE - 1);
    assertThat(guard.shutOuts()).isEmpty();
    wrong(ALICE, ABROAD, 1);

    assertThat(guard.shutOuts())
        .singleElement()
        .satisfies(s -> assertThat(Duration.between(s.since(), s.until())).isEqualTo(MINUTE));
  }

  @Test
  void aSourceIsCountedOverAllAccountsAndItsWholeHome() {
    for (int i = 0; i < PER_SOURCE; i++) {
      guard.wrong(new Aor("user" + i, "m2m-x.example"), i % 2 == 0 ? HOME : NEXT_TO_HOME);
    }

    assertThat(guard.right(BOB, HOME)).map(ShutOut::cause).contains(Cause.SOURCE);
    assertThat(guard.right(BOB, ABROAD)).isEmpty();
  }

  @Test
  void aRightProofInBetweenDoesNotClearASource() {
    for (int i = 0; i < PER_SOURCE; i++) {
      guard.right(BOB, ABROAD);
      guard.wrong(new Aor("user" + i, "m2m-x.example"), ABROAD);
    }

    assertThat(guard.right(ALICE, ABROAD)).isPresent();
  }

  @Test
  void manySourcesGuessingAtOneAccountShutItOutForStrangersOnly() {
    guard.right(ALICE, HOME);
    for (int i = 0; i < PER_ACCOUNT; i++) {
      guard.wrong(ALICE, "198.51.100." + i);
    }

    assertThat(guard.right(ALICE, "203.0.113.1")).map(ShutOut::cause).contains(Cause.ACCOUNT);
    assertThat(guard.right(ALICE, NEXT_TO_HOME)).isEmpty();
    assertThat(guard.right(BOB, "203.0.113.1")).isEmpty();
  }

  @Test
  void aGuesserNextToTheOwnerShutsNobodyElseOut() {
    guard.right(ALICE, HOME);
    for (int i = 0; i < PER_SOURCE; i++) {
      guard.wrong(new Aor("user" + i, "m2m-x.example"), NEXT_TO_HOME);
    }

    assertThat(guard.right(ALICE, HOME)).isEmpty();
    assertThat(guard.right(BOB, HOME)).isPresent();
  }

  @Test
  void atHomeAnAccountIsGuessedAtNoMoreThanElsewhereButNeverShutOutForLong() {
    guard.right(ALICE, HOME);
    for (int round = 0; round < 2; round++) {
      wrong(ALICE, NEXT_TO_HOME, AT_SOURCE);
      assertThat(guard.right(ALICE, HOME)).isPresent();
      clock.add(MINUTE);
      assertThat(guard.right(ALICE, HOME)).isEmpty();
    }
  }

  @Test
  void inAShutOutSourceEveryWrongProofIsReceivedAlike() {
    guard.right(ALICE, HOME);
    for (int i = 0; i < PER_SOURCE; i++) {
      guard.wrong(new Aor("user" + i, "m2m-x.example"), HOME);
    }

    Reception atHome = guard.wrong(ALICE, HOME);
    Reception nobody = guard.wrong(new Aor("nobody", "m2m-x.example"), HOME);

    assertThat(atHome).isEqualTo(nobody);
  }

  @Test
  void guessesThatAreNotConsideredDoNotCount() {
    wrong(ALICE, ABROAD, AT_SOURCE);
    wrong(ALICE, ABROAD, PER_ACCOUNT);

    assertThat(guard.right(ALICE, "203.0.113.1")).isEmpty();
    clock.add(MINUTE);
    assertThat(guard.right(ALICE, ABROAD)).isEmpty();
  }

  @Test
  void fromAnAllowedBlockNothingCounts() {
    wrong(ALICE, "192.0.2.9", 10 * PER_ACCOUNT);

    assertThat(guard.shutOuts()).isEmpty();
    assertThat(guard.right(ALICE, "192.0.2.9")).isEmpty();
  }

  @Test
  void whatCannotBeUsedIsNamed() {
    assertThatThrownBy(() -> limits(List.of("intranet")))
        .hasMessageContaining("m2mx.guard.allow")
        .hasMessageContaining("intranet");
  }

  private void wrong(Aor account, String source, int times) {
    for (int i = 0; i < times; i++) {
      guard.wrong(account, source);
    }
  }
}
