package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table in docs/rfc4475.md, sent. */
class Rfc4475Test {
  private static final Path TABLE = Path.of("..", "..", "docs", "rfc4475.md");
  private static final Path MESSAGES = Path.of("src", "test", "resources", "rfc4475");
  private static final Pattern ROW =
      Pattern.compile("\\|[^|]*\\| `(\\w+)` \\|[^|]*\\|[^|]*\\| ([\\w ]+) \\|");
  private static final Pattern VIA =
      Pattern.compile("(?im)^(?:via|v)\\s*:\\s*SIP\\s*/\\s*\\d\\.0\\s*/\\s*(\\w+)");

  /** Answers go to port 5060, where no Via says otherwise: each test has an address of its own. */
  private static final int ANSWERED_PORT = 5060;

  private static final AtomicInteger LAST_ADDRESS = new AtomicInteger();

  @TempDir private Path folder;

  /** A row of the table. */
  record Expectation(String message, String answer) {
    byte[] bytes() throws IOException {
      return Files.readAllBytes(MESSAGES.resolve(message + ".dat"));
    }

    String transport() throws IOException {
      Matcher via = VIA.matcher(new String(bytes(), StandardCharsets.ISO_8859_1));
      return via.find() ? via.group(1) : "UDP";
    }

    /** The beginning of the answer's first line; null for none. */
    String line() {
      return switch (answer) {
        case "silence" -> null;
        case "application" -> "SIP/2.0 480 ";
        default -> "SIP/2.0 " + answer + " ";
      };
    }
  }

  static Stream<Expectation> table() throws IOException {
    return Files.readAllLines(TABLE).stream()
        .map(ROW::matcher)
        .filter(Matcher::matches)
        .map(row -> new Expectation(row.group(1), row.group(2)));
  }

  @Test
  void tellsOfEveryMessage() throws IOException {
    try (Stream<Path> files = Files.list(MESSAGES)) {
      Set<String> names =
          files
              .map(file -> file.getFileName().toString().replace(".dat", ""))
              .collect(Collectors.toSet());
      List<String> rows = table().map(Expectation::message).toList();
      assertThat(rows).hasSize(50).containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @ParameterizedTest
  @MethodSource("table")
  void answersAsTheTableSays(Expectation expected) throws Exception {
    try (TestServer server = new TestServer(folder, ElsewhereServlet.class).start()) {
      if (expected.transport().equals("UDP")) {
        byDatagram(expected, server);
      } else {
        overConnection(expected, server);
      }
      try (SipClient next = server.tcp("next", "127.0.0.1")) {
        next.send("OPTIONS", "sip:example.org", "next", 1, "<sip:example.org>");
        assertThat(next.receive().firstLine()).startsWith("SIP/2.0 480 ");
      }
    }
  }

  private static void byDatagram(Expectation expected, TestServer server) throws IOException {
    int n = LAST_ADDRESS.incrementAndGet();
    InetAddress own = InetAddress.getByAddress(new byte[] {127, 44, 75, (byte) n});
    try (DatagramSocket socket = new DatagramSocket(null)) {
      try {
        socket.bind(new InetSocketAddress(own, ANSWERED_PORT));
      } catch (BindException e) {
        assumeTrue(false, "UDP port 5060 of " + own + " is taken: " + e.getMessage());
      }
      InetSocketAddress target = new InetSocketAddress("127.0.0.1", server.port());
      byte[] bytes = expected.bytes();
      socket.send(new DatagramPacket(bytes, bytes.length, target));
      if (expected.line() == null) {
        byte[] marker = marker();
        socket.send(new DatagramPacket(marker, marker.length, target));
        assertThat(receive(socket)).startsWith("SIP/2.0 480 ").contains("Call-ID: marker");
      } else {
        assertThat(receive(socket)).startsWith(expected.line()).doesNotContain("marker");
      }
    }
  }

  /** A request sent after one that is not answered, so that there is an answer to wait for. */
  private static byte[] marker() {
    return ("OPTIONS sip:example.org SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKmarker\r\n"
            + "From: <sip:a@example.org>;tag=1\r\nTo: <sip:example.org>\r\nCall-ID: marker\r\n"
            + "CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static String receive(DatagramSocket socket) throws IOException {
    socket.setSoTimeout(60_000);
    DatagramPacket packet = new DatagramPacket(new byte[65535], 65535);
    String text;
    do {
      socket.receive(packet);
      text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    } while (text.startsWith("SIP/2.0 100 "));
    return text;
  }

  private static void overConnection(Expectation expected, TestServer server) throws Exception {
    try (SipClient client =
        expected.transport().equals("TLS")
            ? server.tls("torture", "127.0.0.1", "TLSv1.3")
            : server.tcp("torture", "127.0.0.1")) {
      client.writeRaw(expected.bytes());
      if (expected.line() == null) {
        client.send("OPTIONS", "sip:example.org", "marker", 1, "<sip:example.org>");
        assertThat(client.receive().header("Call-ID")).isEqualTo("marker");
      } else {
        assertThat(client.receive().firstLine()).startsWith(expected.line());
      }
    }
  }
}
