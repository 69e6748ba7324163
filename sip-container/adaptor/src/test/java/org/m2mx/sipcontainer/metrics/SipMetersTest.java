package org.m2mx.sipcontainer.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.m2mx.sipcontainer.config.Transport;

/** What is left in a registry that others have meters in too. */
class SipMetersTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final SipMeters meters = new SipMeters(registry);

  @Test
  void leavesNothingThoughItIsAskedToCountAfterTheEnd() {
    meters.gauge(SipFigure.TIMERS, () -> 1);
    meters.request(Direction.IN, Transport.TCP, "OPTIONS");
    meters.close();

    meters.request(Direction.IN, Transport.TCP, "OPTIONS");
    meters.request(Direction.OUT, Transport.TCP, "OPTIONS");
    meters.processed(true, "OPTIONS", 1);
    meters.gauge(SipFigure.THREADS, () -> 1);

    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void takesAllItsMetersAndNoOthersThoughWhoListensFails() {
    registry.counter("others");
    meters.gauge(SipFigure.TIMERS, () -> 1);
    meters.gauge(SipFigure.THREADS, () -> 1);
    registry
        .config()
        .onMeterRemoved(
            meter -> {
              throw new IllegalStateException("of a listener");
            });

    meters.close();

    assertThat(registry.getMeters())
        .extracting(meter -> meter.getId().getName())
        .containsExactly("others");
  }
}
