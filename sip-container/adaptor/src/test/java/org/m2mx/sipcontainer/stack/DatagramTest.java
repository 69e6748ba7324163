package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.transport.TransactionStack;

/** Requests that come again because their answer was lost (RFC 3261 section 17.2.2). */
class DatagramTest {
  private static final int PATIENCE_MILLIS = 20_000;

  @TempDir private Path folder;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(folder, TaggingServlet.class).start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void repeatsTheAnswerToARequestThatComesAgain() throws Exception {
    try (DatagramSocket alice = socket("::1")) {
      send(alice, "::1", request("OPTIONS", alice, "rport", "z9hG4bK-again"));
      String first = receive(alice);
      assertThat(first).startsWith("SIP/2.0 200 OK").contains("X-Count: 1\r\n");

      send(alice, "::1", request("OPTIONS", alice, "rport", "z9hG4bK-again"));
      assertThat(receive(alice)).isEqualTo(first);

      send(alice, "::1", request("OPTIONS", alice, "rport", "z9hG4bK-another"));
      assertThat(receive(alice)).contains("X-Count: 2\r\n");
    }
  }

  @Test
  void takesABranchThatComesWithAnotherMethodForAnotherTransaction() throws Exception {
    try (DatagramSocket alice = socket("::1")) {
      send(alice, "::1", request("OPTIONS", alice, "rport", "z9hG4bK-same"));
      assertThat(receive(alice)).contains("X-Count: 1\r\n", "CSeq: 1 OPTIONS\r\n");
      send(alice, "::1", request("MESSAGE", alice, "rport", "z9hG4bK-same"));
      assertThat(receive(alice)).contains("X-Count: 2\r\n", "CSeq: 1 MESSAGE\r\n");
    }
  }

  @Test
  void repeatsNothingToWhomTheAnswerWasNotFor() throws Exception {
    try (DatagramSocket alice = socket("127.0.0.1");
        DatagramSocket mallory = socket("127.0.0.2")) {
      send(alice, "127.0.0.1", request("OPTIONS", alice, "rport", "z9hG4bK-hers"));
      assertThat(receive(alice)).contains("X-Count: 1\r\n");
      send(mallory, "127.0.0.1", request("OPTIONS", alice, "rport", "z9hG4bK-hers"));
      assertThat(receive(mallory)).contains("X-Count: 2\r\n");
    }
  }

  @Test
  void answersToThePortInViaWithoutRport() throws Exception {
    try (DatagramSocket alice = socket("::1");
        DatagramSocket listening = socket("::1")) {
      String request = request("OPTIONS", listening, "x", "z9hG4bK-port");
      send(alice, "::1", request);
      String first = receive(listening);
      assertThat(first).startsWith("SIP/2.0 200 OK");
      send(alice, "::1", request);
      assertThat(receive(listening)).isEqualTo(first);
    }
  }

  @Test
  void keepsNoTransactionThatIsAnswered() throws Exception {
    TransactionStack stack = (TransactionStack) server.container().dispatcher().getSipStack();
    try (DatagramSocket alice = socket("::1")) {
      for (int i = 0; i < 50; i++) {
        send(alice, "::1", request("OPTIONS", alice, "rport", "z9hG4bK-" + i));
        assertThat(receive(alice)).startsWith("SIP/2.0 200 OK");
      }
      Eventually.is(() -> stack.getServerTransactionTableSize() == 0);
      assertThat(stack.completedTransactions()).isEqualTo(50);
    }
  }

  private static DatagramSocket socket(String address) throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName(address));
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static String request(
      String method, DatagramSocket from, String viaParameter, String branch) {
    String host = from.getLocalAddress().getHostAddress();
    return String.join(
        "\r\n",
        method + " sip:example.org SIP/2.0",
        "Via: SIP/2.0/UDP %s:%d;branch=%s;%s"
            .formatted(
                host.contains(":") ? "[::1]" : host, from.getLocalPort(), branch, viaParameter),
        "Max-Forwards: 70",
        "From: <sip:alice@example.org>;tag=a",
        "To: <sip:example.org>",
        "Call-ID: call-" + branch,
        "CSeq: 1 " + method,
        "Content-Length: 0",
        "",
        "");
  }

  private void send(DatagramSocket socket, String to, String message) throws IOException {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName(to), server.port()));
  }

  private static String receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65_507], 65_507);
    socket.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
  }
}
