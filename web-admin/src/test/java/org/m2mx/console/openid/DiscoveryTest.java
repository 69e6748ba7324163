package org.m2mx.console.openid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class DiscoveryTest {
  private final MutableClock clock =
      MutableClock.of(Instant.parse("2026-11-23T08:00:00Z"), ZoneOffset.UTC);
  private final Discovery discovery = new Discovery(this::answer, clock);
  private boolean silent;
  private int asked;

  @Test
  void asksOnceAnHour() throws ProviderException {
    var first = discovery.description();
    clock.add(Discovery.FRESH.minusSeconds(1));
    assertThat(discovery.description()).isSameAs(first);
    assertThat(asked).isEqualTo(1);
    clock.add(Duration.ofSeconds(1));
    assertThat(discovery.description()).isNotSameAs(first);
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void leavesAloneWhoDoesNotAnswer() throws ProviderException {
    silent = true;
    assertThatThrownBy(discovery::description).hasMessage("silent");
    assertThatThrownBy(discovery::description).hasMessageStartingWith("silent; asked again after");
    assertThat(asked).isEqualTo(1);
    silent = false;
    clock.add(Discovery.PAUSE);
    assertThat(discovery.description()).isNotNull();
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void keepsWhatWasSaidWhileThereIsNoAnswer() throws ProviderException {
    var first = discovery.description();
    silent = true;
    clock.add(Discovery.FRESH);
    assertThat(discovery.description()).isSameAs(first);
    assertThat(discovery.description()).isSameAs(first);
    assertThat(asked).isEqualTo(2);
    silent = false;
    clock.add(Discovery.PAUSE);
    assertThat(discovery.description()).isNotSameAs(first);
  }

  private Description answer() throws ProviderException {
    asked++;
    if (silent) {
      throw new ProviderException("silent");
    }
    return new Description(null, null, Optional.empty());
  }
}
