package org.m2mx.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.m2mx.bench.BenchException;

class ProcessTreeTest {
  @Test
  void addsUpUserAndSystemTimeOfTheProcessAndOfItsEndedChildren() {
    String stat = "42 (a (strange) name) S 1 42 42 0 -1 4194304 9 0 0 0 100 20 3 4 20 0 1 0 77";
    assertThat(ProcessTree.cpuMicros(stat)).isEqualTo(127 * 10_000L);
  }

  @Test
  void readsTheMemoryThatCountsSharedPagesOnce() {
    assertThat(
            ProcessTree.pssKib(
                List.of("55-66 ---p 0 00:00 0 [rollup]", "Rss:  900 kB", "Pss:  512 kB")))
        .isEqualTo(512);
  }

  @Test
  void sumsUpThisProcess() {
    ProcessTree own = new ProcessTree(ProcessHandle.current());
    assertThat(own.cpuMicros()).isPositive();
    assertThat(own.memoryKib()).isPositive();
  }

  @Test
  void keepsAProcessToAProcessor() throws Exception {
    Process sleeping = new ProcessBuilder("sleep", "60").start();
    try {
      new ProcessTree(sleeping.toHandle()).keepTo("0");
      assertThat(Files.readString(Path.of("/proc", Long.toString(sleeping.pid()), "status")))
          .containsPattern("Cpus_allowed_list:\\s*0\n");
      assertThatExceptionOfType(BenchException.class)
          .isThrownBy(() -> ProcessTree.keep(sleeping.toHandle(), "none"))
          .withMessageContaining("none");
    } finally {
      sleeping.destroy();
    }
  }

  @Test
  void readsTheTotalOfAHistogram() {
    assertThat(
            JavaHeap.total(" num #instances #bytes\n   1: 5 80 [B\nTotal       12         3456\n"))
        .isEqualTo(3456);
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> JavaHeap.total("no such process"))
        .withMessageContaining("no such process");
  }
}
