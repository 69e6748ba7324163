package org.m2mx.bench.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Optional;
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
        assertThat(pair.runResumable(DataProtocol.TCP_TLS, MIB).bytes()).isEqualTo(MIB);
        assertThat(pair.run(DataProtocol.UDP_DTLS, MIB / 8).bytes()).isBetween(1L, MIB / 8);
      }
      assertThat(pair.handshakeMillis(DataProtocol.TCP_TLS, 3)).isBetween(0.01, 20_000.0);
    }
  }

  @Test
  void measuresATunnelBetweenTwoMachines() throws Exception {
    Optional<String> obstacle = TwoMachines.obstacle();
    assumeTrue(obstacle.isEmpty(), () -> obstacle.get() + ": no tunnel is measured");
    try (TwoMachines machines = TwoMachines.start(work, Path.of("../homes/charon.conf"));
        ChannelPair pair = ChannelPair.start(work, machines)) {
      Run run = pair.run(DataProtocol.IKE_ESP_UDPENCAP, MIB);
      assertThat(run.bytes()).isEqualTo(MIB);
      assertThat(run.cpuSecondsPerGigabyte()).isPositive();
    }
  }

  @Test
  void countsByTheGigabyteAndTheSecond() {
    Run run = new Run(500_000_000, 2_000_000_000L, 3_000_000);
    assertThat(run.mibPerSecond()).isBetween(238.4, 238.5);
    assertThat(run.cpuSecondsPerGigabyte()).isEqualTo(6);
  }

  @Test
  void aCallMayTakeItsSignallingAndAHandshake() {
    assertThat(new FirstByte.Result(30, 16, 12, 8).budget(12.5)).isEqualTo(28.5);
  }
}
