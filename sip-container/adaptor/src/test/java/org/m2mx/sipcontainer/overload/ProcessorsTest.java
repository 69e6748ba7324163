package org.m2mx.sipcontainer.overload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProcessorsTest {
  @Test
  void areBusyWhileSomebodyKeepsThemSo() {
    Processors processors = new Processors();
    double load = 0;
    while (load == 0) {
      load = processors.load();
      Thread.onSpinWait();
    }
    assertThat(load).isLessThanOrEqualTo(1);
  }
}
