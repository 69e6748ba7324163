package org.m2mx.console.openid;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.oauth2.sdk.id.State;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptTest {
  private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");
  private static final Attempt ATTEMPT = Attempt.begin(new SecureRandom(), NOW);

  @Test
  void isTheSameInItsCookie() {
    assertThat(Attempt.parse(ATTEMPT.toString())).contains(ATTEMPT);
  }

  @Test
  void expectsItsOwnStateForTenMinutes() {
    var state = ATTEMPT.state();
    assertThat(ATTEMPT.expects(state, NOW)).isTrue();
    assertThat(ATTEMPT.expects(state, NOW.plus(Attempt.LONGEST).minusSeconds(1))).isTrue();
    assertThat(ATTEMPT.expects(state, NOW.plus(Attempt.LONGEST))).isFalse();
    assertThat(ATTEMPT.expects(state, NOW.minus(Duration.ofMinutes(1)))).isFalse();
  }

  @Test
  void expectsNoOtherState() {
    var other = Attempt.begin(new SecureRandom(), NOW);
    assertThat(ATTEMPT.expects(other.state(), NOW)).isFalse();
    assertThat(ATTEMPT.expects(new State("forged"), NOW)).isFalse();
    assertThat(ATTEMPT.expects(null, NOW)).isFalse();
  }

  @Test
  void cannotBeMadeYounger() {
    var younger = new Attempt(ATTEMPT.secret(), NOW.plus(Attempt.LONGEST));
    assertThat(younger.expects(ATTEMPT.state(), NOW.plus(Attempt.LONGEST))).isFalse();
  }

  @Test
  void showsNothingOfItsSecretOnTheWay() {
    assertThat(
            new String[] {
              ATTEMPT.state().getValue(),
              ATTEMPT.nonce().getValue(),
              ATTEMPT.verifier().getValue(),
              ATTEMPT.secret()
            })
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "short.1", "=.1764000000", "\u00e9.1764000000"})
  void isReadFromNoOtherCookie(String cookie) {
    assertThat(Attempt.parse(cookie)).isEmpty();
    assertThat(Attempt.parse(ATTEMPT.secret() + '.')).isEmpty();
    assertThat(Attempt.parse(ATTEMPT.secret() + ".1764000000000000")).isEmpty();
  }
}
