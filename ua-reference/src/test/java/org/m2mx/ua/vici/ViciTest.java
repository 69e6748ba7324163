package org.m2mx.ua.vici;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The protocol of vici, octet by octet, and the talk of a client with a daemon. */
@Timeout(30)
class ViciTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;

  private static String hex(ByteBuffer packet) {
    byte[] octets = new byte[packet.remaining()];
    packet.get(octets);
    return HexFormat.of().formatHex(octets);
  }

  private static Section section(String hex) throws IOException {
    return Section.read(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
  }

  @Test
  void writesWhatTheProtocolSays() {
    Section section =
        new Section()
            .put("a", "x")
            .putTexts("l", "y", "zz")
            .put("s", new Section().put("b", new byte[] {1, 2}));
    assertThat(hex(ViciConnection.encode(0, "cmd", section)))
        .isEqualTo(
            "00000023"
                + "00" // CMD_REQUEST
                + "03636d64"
                + ("03" + "0161" + "0001" + "78")
                + ("04" + "016c" + "05" + "0001" + "79" + "05" + "0002" + "7a7a" + "06")
                + ("01" + "0173" + ("03" + "0162" + "0002" + "0102") + "02"));
  }

  @Test
  void doesNotWaitForeverForADaemonThatAcceptsNobody() throws Exception {
    Path socket = folder.resolve("busy");
    List<ViciConnection> waiting = new ArrayList<>();
    try (ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      busy.bind(UnixDomainSocketAddress.of(socket), 1);
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(
              () -> {
                while (waiting.size() < 100) {
                  waiting.add(ViciConnection.open(socket, Duration.ofMillis(100)));
                }
              })
          .withMessage("the IKE daemon takes no connection");
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedIOException.class)
          .isThrownBy(() -> waiting.get(0).request("version", new Section(), LIMIT));
      assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    } finally {
      for (ViciConnection connection : waiting) {
        connection.close();
      }
    }
  }

  @Test
  void readsWhatItWrites() throws Exception {
    Section read =
        section(
            "030161000178"
                + "04016c05000179050002" // a list of two
                + "7a7a06"
                + "010173"
                + "0301620001"
                + "63"
                + "02");
    assertThat(read.text("a")).hasValue("x");
    assertThat(read.text("l")).isEmpty();
    assertThat(read.texts("l")).containsExactly("y", "zz");
    assertThat(read.section("s").orElseThrow().text("b")).hasValue("c");
    assertThat(read.sections()).containsOnlyKeys("s");
  }

  @Test
  void refusesWhatIsMalformed() {
    for (String hex : List.of("02", "0301", "010173", "0401", "04016c03", "09", "03016100057a")) {
      assertThatExceptionOfType(IOException.class)
          .as(hex)
          .isThrownBy(() -> section(hex))
          .withMessageContaining("vici");
    }
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> section("010173".repeat(50)))
        .withMessageContaining("within sections");
  }

  @Test
  void whateverComesIsReadOrRefused() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      byte[] packet = new byte[random.nextInt(30)];
      for (int n = 0; n < packet.length; n++) {
        packet[n] = (byte) random.nextInt(8);
      }
      try {
        assertThat(Section.read(ByteBuffer.wrap(packet))).isNotNull();
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("vici");
      }
    }
  }

  /** A daemon that expects packets, and answers each as it is told; it ends with the connection. */
  private CompletableFuture<Void> daemon(Path socket, String... dialogue) throws IOException {
    ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listening.bind(UnixDomainSocketAddress.of(socket));
    return CompletableFuture.runAsync(
        () -> {
          try (listening;
              SocketChannel client = listening.accept()) {
            for (int i = 0; i < dialogue.length; i += 2) {
              ByteBuffer expected = ByteBuffer.wrap(HexFormat.of().parseHex(dialogue[i]));
              ByteBuffer came = ByteBuffer.allocate(expected.capacity());
              while (came.hasRemaining() && client.read(came) >= 0) {
                // The rest is on its way.
              }
              assertThat(hex(came.flip())).isEqualTo(dialogue[i]);
              client.write(ByteBuffer.wrap(HexFormat.of().parseHex(dialogue[i + 1])));
            }
            while (client.read(ByteBuffer.allocate(64)) >= 0) {
              // Whatever comes is left unanswered.
            }
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void asksAndIsAnsweredByEvents() throws Exception {
    Path socket = folder.resolve("vici");
    String name = "07" + "6c6973742d7361";
    CompletableFuture<Void> daemon =
        daemon(
            socket,
            "00000009" + "03" + name,
            "00000001" + "05",
            "0000000a" + "00" + "08" + "6c6973742d736173",
            "0000000f" + "07" + name + "030161000178" + "00000001" + "01",
            "00000009" + "04" + name,
            "00000001" + "05");
    try (ViciConnection vici = ViciConnection.open(socket)) {
      List<Section> events = new ArrayList<>();
      vici.request("list-sas", new Section(), LIMIT, "list-sa", events::add);
      assertThat(events).hasSize(1);
      assertThat(events.get(0).text("a")).hasValue("x");
    }
    daemon.get(20, TimeUnit.SECONDS);
  }

  @Test
  void saysWhyTheDaemonRefuses() throws Exception {
    Path socket = folder.resolve("vici");
    String no = "03" + "0773756363657373" + "0002" + "6e6f";
    String why = "03" + "066572726d7367" + "0003" + "776879";
    CompletableFuture<Void> daemon =
        daemon(
            socket,
            "00000005" + "00" + "03636d64",
            "0000001b" + "01" + no + why,
            "00000005" + "00" + "03636d64",
            "00000001" + "02");
    try (ViciConnection vici = ViciConnection.open(socket)) {
      assertThatExceptionOfType(ViciException.class)
          .isThrownBy(() -> vici.request("cmd", new Section(), LIMIT))
          .withMessage("cmd: why");
      assertThatExceptionOfType(ViciException.class)
          .isThrownBy(() -> vici.request("cmd", new Section(), LIMIT))
          .withMessageContaining("knows no such command");
    }
    daemon.get(20, TimeUnit.SECONDS);
  }

  @Test
  void breaksOffWhenItIsClosedMeanwhile() throws Exception {
    Path socket = folder.resolve("vici");
    CompletableFuture<Void> daemon = daemon(socket);
    ViciConnection vici = ViciConnection.open(socket);
    CompletableFuture<Void> asking =
        CompletableFuture.runAsync(
            () ->
                assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> vici.request("cmd", new Section(), LIMIT)));
    Thread.sleep(50);
    vici.close();
    asking.get(20, TimeUnit.SECONDS);
    daemon.get(20, TimeUnit.SECONDS);
  }

  @Test
  void doesNotWaitForever() throws Exception {
    Path socket = folder.resolve("vici");
    CompletableFuture<Void> daemon = daemon(socket);
    try (ViciConnection vici = ViciConnection.open(socket)) {
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(() -> vici.request("cmd", new Section(), Duration.ofMillis(100)));
    }
    daemon.get(20, TimeUnit.SECONDS);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> ViciConnection.open(folder.resolve("nobody")));
  }

  /** More than fits between two processes. */
  @Test
  void doesNotWaitForeverForADaemonThatReadsNothing() throws Exception {
    Path socket = folder.resolve("vici");
    Section much = new Section();
    for (int i = 0; i < 7; i++) {
      much.put("part" + i, new byte[60_000]);
    }
    try (ServerSocketChannel hanging = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      hanging.bind(UnixDomainSocketAddress.of(socket));
      try (ViciConnection vici = ViciConnection.open(socket)) {
        assertThatExceptionOfType(SocketTimeoutException.class)
            .isThrownBy(() -> vici.request("cmd", much, Duration.ofMillis(100)));
      }
    }
  }
}
