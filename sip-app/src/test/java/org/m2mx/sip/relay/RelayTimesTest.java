package org.m2mx.sip.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RelayTimesTest {
  @Test
  void timesAreGivenInTheUnitsOfTheServletApi() {
    RelayTimes times = new RelayTimes(Duration.ofSeconds(90), Duration.ofHours(1));

    assertThat(times.ringingSeconds()).isEqualTo(90);
    assertThat(times.longestDialogMinutes()).isEqualTo(60);
  }

  @Test
  void aTimeThatWouldMeanNeverIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RelayTimes(Duration.ZERO, Duration.ofHours(1)))
        .withMessageContaining("m2mx.relay.ringing-time");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RelayTimes(Duration.ofMinutes(1), Duration.ofSeconds(30)))
        .withMessageContaining("m2mx.relay.longest-dialog");
  }
}
