package org.m2mx.console.signin;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdleSessionsTest {
  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.5S", "-PT30M", "PT24H0.001S"})
  void sessionsLastForASecondToADay(String timeout) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IdleSessions(Duration.parse(timeout), Clock.systemUTC()))
        .withMessageStartingWith("m2mx.console.session-timeout=" + Duration.parse(timeout))
        .withMessageContaining("give PT1S to P1D");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1S", "PT30M", "P1D"})
  void theBoundsThemselvesAreGood(String timeout) {
    assertThatCode(() -> new IdleSessions(Duration.parse(timeout), Clock.systemUTC()))
        .doesNotThrowAnyException();
  }
}
