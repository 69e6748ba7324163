package org.m2mx.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class LoadGeneratorTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private interface Conduct {
    List<String> on(SipMessage request);
  }

  /** Answers as it is told, in a thread of its own. */
  private static final class Server implements AutoCloseable {
    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());

    Server(Conduct conduct) throws SocketException {
      new Thread(() -> serve(conduct)).start();
    }

    InetSocketAddress address() {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void serve(Conduct conduct) {
      try {
        while (true) {
          DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
          socket.receive(packet);
          String text = new String(packet.getData(), 0, packet.getLength());
          for (String response : conduct.on(new SipMessage(text))) {
            byte[] bytes = response.getBytes();
            socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
          }
        }
      } catch (java.io.IOException closed) {
        assertThat(socket.isClosed()).isTrue();
      }
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  @Test
  void countsWhatWentWellAndWhatDidNot() throws Exception {
    List<String> answers = new ArrayList<>();
    try (Server server =
            new Server(
                request -> {
                  int number = Integer.parseInt(request.header("Call-ID"));
                  return List.of(response(request, number % 10 == 0 ? "503 Busy" : "200 OK"));
                });
        UdpPort port = new UdpPort(server.address())) {
      LoadResult result = new LoadGenerator(port, n -> asking(port, n), PATIENCE).run(2000, 100);
      answers.add(result.toString());
      assertThat(result.succeeded()).isEqualTo(90);
      assertThat(result.failures())
          .containsExactlyEntriesOf(java.util.Map.of("SIP/2.0 503 Busy", 10));
      assertThat(result.held()).isFalse();
      assertThat(result.millis(0.5)).isPositive().isLessThanOrEqualTo(result.millis(0.99));
    }
    assertThat(answers).singleElement().asString().contains("failed {SIP/2.0 503 Busy=10}");
  }

  @Test
  void asksAgainWhenNothingComes() throws Exception {
    var seen = ConcurrentHashMap.<String>newKeySet();
    try (Server server =
            new Server(
                request ->
                    seen.add(request.header("Call-ID"))
                        ? List.of()
                        : List.of(response(request, "200 OK")));
        UdpPort port = new UdpPort(server.address())) {
      LoadResult result = new LoadGenerator(port, n -> asking(port, n), PATIENCE).run(1000, 5);
      assertThat(result.succeeded()).isEqualTo(5);
      assertThat(result.retransmissions()).isGreaterThanOrEqualTo(5);
      assertThat(result.millis(0.5)).as("from when it was due").isGreaterThanOrEqualTo(500);
      assertThat(result.held()).isFalse();
      assertThat(result.goodput()).as("the load was over by then").isZero();
    }
  }

  private static Conversation asking(UdpPort port, long number) {
    return new Registering(
        Device.number(0), Long.toString(number), "UDP " + port.hostPort(), "sip:a@b", 60);
  }

  private static String response(SipMessage request, String status) {
    return "SIP/2.0 " + status + "\r\n" + request.lines("Call-ID") + request.lines("CSeq") + "\r\n";
  }
}
