package org.m2mx.bench.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WaitsTest {
  @Test
  void theSlowestThingCountsByWhat95Of100Took() {
    Waits waits = new Waits();
    for (int i = 1; i <= 100; i++) {
      waits.add("page", TimeUnit.MILLISECONDS.toNanos(i));
      waits.add("search", TimeUnit.MILLISECONDS.toNanos(i * 2));
    }

    assertThat(waits.slowest()).isEqualTo(192);
    assertThat(waits.toString().lines())
        .anySatisfy(line -> assertThat(line).contains("page", "100", "51.0", "96.0", "100.0"))
        .anySatisfy(line -> assertThat(line).contains("search", "102.0", "192.0", "200.0"));
  }

  @Test
  void nothingTakesNoTime() {
    assertThat(new Waits().slowest()).isZero();
  }
}
