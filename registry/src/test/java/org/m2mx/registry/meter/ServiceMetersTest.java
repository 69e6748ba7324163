package org.m2mx.registry.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.meter.ServiceMeters.Registration;
import org.m2mx.registry.meter.ServiceMeters.Work;

/** What the service counts, and what is left of that in a registry which outlives it. */
class ServiceMetersTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final ServiceMeters meters = new ServiceMeters(registry);

  private double knocks(String result) {
    return registry.get(Figure.KNOCKS.meter()).tag("result", result).counter().count();
  }

  @Test
  void countsByWhatCameOfIt() {
    meters.knock(true);
    meters.knock(false);
    meters.knock(true);

    assertThat(knocks("given")).isEqualTo(2);
    assertThat(knocks("refused")).isEqualTo(1);
  }

  @Test
  void leavesNothingThoughItIsAskedToCountAfterTheEnd() {
    registry.counter("others");
    meters.registered(() -> 1);
    meters.registration(Registration.ACCEPTED);
    meters.end();

    meters.registration(Registration.ACCEPTED);
    meters.registration(Registration.REFUSED);
    meters.recordsWaiting(() -> 1);
    meters.database(Work.CALLS);

    assertThat(registry.getMeters())
        .extracting(meter -> meter.getId().getName())
        .containsExactly("others");
  }
}
