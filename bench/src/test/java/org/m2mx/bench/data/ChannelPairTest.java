package org.m2mx.bench.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.sdp.DataProtocol;

@Timeout(120)
class ChannelPairTest {
  private static final long MIB = 1 << 20;

  @TempDir Path work;

  @Test
  void measuresEachProtocolAgainAndAgain() throws Exception {
    try (ChannelPair pair = ChannelPair.start(work)) {
      for (int i = 0; i < 2; i++) {
        Run stream = pair.run(DataProtocol.TCP_TLS, MIB);
        assertThat(stream.bytes()).isEqualTo(MIB);
        assertThat(stream.mibPerSecond()).isPositive();
        assertThat(pair.run(DataProtocol.UDP_DTLS, MIB / 8).bytes()).isBetween(1L, MIB / 8);
      }
    }
  }

  @Test
  void countsByTheGigabyteAndTheSecond() {
    Run run = new Run(500_000_000, 2_000_000_000L, 3_000_000);
    assertThat(run.mibPerSecond()).isBetween(238.4, 238.5);
    assertThat(run.cpuSecondsPerGigabyte()).isEqualTo(6);
  }
}
