package org.m2mx.registry.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.handshake.FailedHandshakes.Failures;
import org.threeten.extra.MutableClock;

class FailedHandshakesTest {
  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

  private final MutableClock clock = MutableClock.of(START, ZoneOffset.UTC);
  private final FailedHandshakes handshakes = new FailedHandshakes(clock);

  @Test
  void aClientsFailuresOfOneReasonAreCountedTogether() {
    handshakes.failed("2001:db8::7", "unknown authority");
    clock.setInstant(START.plusSeconds(5));
    handshakes.failed("2001:db8::8", "unknown authority");
    clock.setInstant(START.plusSeconds(9));
    handshakes.failed("192.0.2.7", "fell silent");
    handshakes.failed("192.0.2.7", "certificate expired");
    assertThat(handshakes.list())
        .extracting(f -> f.client().toString(), Failures::reason, Failures::count)
        .contains(
            org.assertj.core.groups.Tuple.tuple("2001:db8:0:0:0:0:0:0/64", "unknown authority", 2L))
        .hasSize(3);
    var last = handshakes.list().get(2);
    assertThat(last.first()).isEqualTo(START);
    assertThat(last.last()).isEqualTo(START.plusSeconds(5));
  }

  @Test
  void ofManyTheQuietestAreForgotten() {
    handshakes.failed("192.0.2.7", "the one that comes again");
    for (int i = 0; i < FailedHandshakes.REMEMBERED; i++) {
      if (i == 100) {
        handshakes.failed("192.0.2.7", "the one that comes again");
      }
      handshakes.failed("198.51.100." + i % 250, "reason " + i / 250);
    }
    assertThat(handshakes.list()).hasSize(FailedHandshakes.REMEMBERED);
    assertThat(handshakes.list())
        .anySatisfy(f -> assertThat(f.reason()).isEqualTo("the one that comes again"));
  }

  @Test
  void aReasonIsCutAndHoldsNoControlCharacters() {
    handshakes.failed("192.0.2.7", "a\r\nb" + "x".repeat(300));
    assertThat(handshakes.list().get(0).reason()).startsWith("a\uFFFD\uFFFDb").hasSize(200);
  }
}
