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
  void onlyAnInviteRingsUntilSomebodyComes() {
    RelayTimes times = new RelayTimes(Duration.ofMinutes(3), Duration.ofHours(1));
    assertThat(times.patience("INVITE", 2)).hasMinutes(3);
    assertThat(times.patience("MESSAGE", 2)).hasSeconds(16);
    assertThat(times.patience("MESSAGE", 4)).hasSeconds(8);
    RelayTimes hasty = new RelayTimes(Duration.ofSeconds(2), Duration.ofHours(1));
    assertThat(hasty.patience("MESSAGE", 2)).hasSeconds(2);
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
