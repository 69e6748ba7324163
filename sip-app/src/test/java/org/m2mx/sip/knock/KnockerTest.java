package org.m2mx.sip.knock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.m2mx.registry.Aor;
import org.m2mx.sip.knock.Knock.Protocol;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.Flow;

@Timeout(60)
class KnockerTest {
  private static final Aor VIDEO = new Aor("video", "m2m-x.example");

  /** The server has several addresses; the device has connected to the second. */
  private static final Flow FLOW =
      new Flow(Transport.TLS, "127.0.0.2", 5061, "127.0.0.1", 40_000, "c");

  private final InetAddress device;
  private int counted;
  private Knocker knocker = new Knocker(Thread::new);

  KnockerTest() throws Exception {
    device = InetAddress.getByName("127.0.0.1");
  }

  @AfterEach
  void stop() {
    knocker.stop();
  }

  private void knock(Protocol protocol, int port) throws KnockRefusedException {
    knocker.knock(new Knock(protocol, port, "0a1b2c3d"), VIDEO, FLOW, "call-id", () -> counted++);
  }

  @Test
  void aConnectionBringsTheWordFromTheAddressThatTheDeviceHasConnectedTo() throws Exception {
    try (ServerSocket door = new ServerSocket()) {
      door.bind(new InetSocketAddress(device, 0));
      knock(Protocol.TCP, door.getLocalPort());
      try (Socket visitor = door.accept()) {
        assertThat(visitor.getInetAddress().getHostAddress()).isEqualTo("127.0.0.2");
        assertThat(visitor.getInputStream().readAllBytes())
            .asString(StandardCharsets.US_ASCII)
            .isEqualTo("m2mx-knock 0a1b2c3d\r\n");
      }
    }
  }

  @Test
  void aDatagramDoes() throws Exception {
    try (DatagramSocket door = new DatagramSocket(new InetSocketAddress(device, 0))) {
      knock(Protocol.UDP, door.getLocalPort());
      DatagramPacket packet = new DatagramPacket(new byte[100], 100);
      door.receive(packet);
      assertThat(packet.getAddress().getHostAddress()).isEqualTo("127.0.0.2");
      assertThat(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII))
          .isEqualTo("m2mx-knock 0a1b2c3d\r\n");
    }
  }

  /** And whoever asks is told at once. */
  @Test
  void onlyAFewAreKnockedAtAtATime() throws Exception {
    ThreadFactory standingStill = task -> new Thread(() -> {});
    knocker = new Knocker(standingStill);
    for (int i = 0; i < 16; i++) {
      knock(Protocol.TCP, 49200);
    }
    assertThatThrownBy(() -> knock(Protocol.TCP, 49200))
        .isInstanceOfSatisfying(
            KnockRefusedException.class,
            refusal -> {
              assertThat(refusal.status()).isEqualTo(503);
              assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(3));
            });
    assertThat(counted).as("a refusal costs nothing").isEqualTo(16);
  }

  @Test
  void whoeverMayNotTakesNoPlace() throws Exception {
    knocker = new Knocker(task -> new Thread(() -> {}));
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(
              () ->
                  knocker.knock(
                      new Knock(Protocol.TCP, 49200, "0a1b2c3d"),
                      VIDEO,
                      FLOW,
                      "call-id",
                      () -> {
                        throw new KnockRefusedException(403, "no");
                      }))
          .hasMessage("no");
    }
    knock(Protocol.TCP, 49200);
  }

  /** A place that is free sooner would tell others that somebody has answered. */
  @Test
  void aPlaceIsTakenForTheSameTimeWhateverTheOutcome() throws Exception {
    long begin = System.nanoTime();
    for (int i = 0; i < 16; i++) {
      knock(Protocol.UDP, 49200);
    }
    while (!isFree()) {
      Thread.sleep(20);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isGreaterThan(Knocker.LIMIT.minusMillis(100));
  }

  private boolean isFree() {
    try {
      knock(Protocol.UDP, 49200);
      return true;
    } catch (KnockRefusedException taken) {
      return false;
    }
  }
}
