package org.m2mx.registry.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.handshake.FailedHandshakes.Failures;

class FailedHandshakesTest {
  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final FailedHandshakes handshakes =
      new FailedHandshakes(
          new Clock() {
            @Override
            public ZoneOffset getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
              throw new UnsupportedOperationException();
            }

            @Override
            public Instant instant() {
              return now.get();
            }
          });

  @Test
  void aClientsFailuresOfOneReasonAreCountedTogether() {
    handshakes.failed("2001:db8::7", "unknown authority");
    now.set(START.plusSeconds(5));
    handshakes.failed("2001:db8::8", "unknown authority");
    now.set(START.plusSeconds(9));
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
