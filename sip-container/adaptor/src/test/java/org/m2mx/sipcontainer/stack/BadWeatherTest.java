package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.sipcontainer.flow.FlowClosed;
import org.m2mx.sipcontainer.metrics.SipFigure;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** What strangers, the broken and the malicious do to a server on the open internet. */
class BadWeatherTest {
  @TempDir private Path folder;
  private TestServer server;

  private void start(String... settings) throws Exception {
    server = new TestServer(folder, RelayServlet.class);
    for (int i = 0; i < settings.length; i += 2) {
      server.set(settings[i], settings[i + 1]);
    }
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static void register(SipClient client, String user) throws IOException {
    client.send(
        "REGISTER",
        "sip:example.org",
        UUID.randomUUID().toString(),
        1,
        "<sip:%s@example.org>".formatted(user));
    assertThat(client.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
  }

  private void assertThatServiceGoesOn() throws Exception {
    try (SipClient client = server.tls("carol", "::1", "TLSv1.3")) {
      register(client, "carol");
    }
  }

  /** Where the server is so impatient that a busy machine may need several attempts. */
  private void assertThatServiceGoesOnInTheEnd() throws Exception {
    Eventually.is(
        () -> {
          try {
            assertThatServiceGoesOn();
            return true;
          } catch (IOException e) {
            return false;
          }
        });
  }

  @Test
  void takesNoAnswerFromAConnectionTheRequestDidNotGoTo() throws Exception {
    start();
    try (SipClient alice = server.tcp("alice", "::1");
        SipClient bob = server.tcp("bob", "::1");
        SipClient mallory = server.tcp("bob", "::1")) {
      register(bob, "bob");
      alice.send("INVITE", "sip:bob@example.org", "stolen", 1, "<sip:bob@example.org>");
      Received invite = bob.receive();
      mallory.answer(invite, "200 OK");
      mallory.send("OPTIONS", "sip:example.org", "stolen", 1, "<sip:example.org>");
      assertThat(mallory.receive().firstLine())
          .as("what came after the forged answer is done, so that is too")
          .isEqualTo("SIP/2.0 200 OK");
      bob.answer(invite, "486 Busy Here");
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 486 Busy Here");
      assertThat(server.figure(SipFigure.FOREIGN)).isEqualTo(1);
    }
  }

  /** RFC 3261 section 17.1.2.2, timer K. */
  @Test
  void takesAnAnswerThatComesAgainForWhatItIs() throws Exception {
    server = new TestServer(folder, ProxyServlet.class).start();
    SIPTransactionStack stack = (SIPTransactionStack) server.container().dispatcher().getSipStack();
    InetSocketAddress target = new InetSocketAddress("127.0.0.1", server.port());
    ProxyServlet.SEEN.clear();
    try (SipClient alice = server.tcp("alice", "127.0.0.1");
        DatagramSocket bob = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
      bob.setSoTimeout(30_000);
      String[] throughProxy = {
        "X-Options: sequential", "X-Targets: sip:bob@127.0.0.1:" + bob.getLocalPort()
      };
      alice.send("OPTIONS", "sip:x@example.org", "again", 1, "<sip:x@example.org>", throughProxy);
      Received first = new Received(receive(bob));
      send(bob, target, answer(first, "200 OK", "<sip:bob@127.0.0.1>"));
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
      Eventually.is(() -> stack.getClientTransactionTableSize() == 0);

      send(bob, target, answer(first, "200 OK", "<sip:bob@127.0.0.1>"));
      alice.send("OPTIONS", "sip:x@example.org", "again", 2, "<sip:x@example.org>", throughProxy);
      Received second;
      do {
        // The first may have come again, too.
        second = new Received(receive(bob));
      } while (!second.header("CSeq").equals("2 OPTIONS"));
      send(bob, target, answer(second, "404 Not Found", "<sip:bob@127.0.0.1>"));
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 404 Not Found");
      assertThat(server.figure(SipFigure.FOREIGN)).isZero();
      assertThat(ProxyServlet.SEEN).containsOnlyOnce("best response 200");
    }
  }

  @Test
  void takesNoAnswerInADatagramFromAnotherAddress() throws Exception {
    start();
    InetSocketAddress target = new InetSocketAddress("127.0.0.1", server.port());
    try (SipClient alice = server.tcp("alice", "127.0.0.1");
        DatagramSocket bob = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        DatagramSocket mallory = new DatagramSocket(0, InetAddress.getByName("127.0.0.2"))) {
      bob.setSoTimeout(30_000);
      String contact = "<sip:bob@127.0.0.1:%d>".formatted(bob.getLocalPort());
      send(
          bob,
          target,
          "REGISTER sip:example.org SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bKr\r\n"
                  .formatted(bob.getLocalPort())
              + "From: <sip:bob@example.org>;tag=1\r\nTo: <sip:bob@example.org>\r\nCall-ID: r\r\n"
              + "CSeq: 1 REGISTER\r\nMax-Forwards: 70\r\nContact: %s\r\n\r\n".formatted(contact));
      assertThat(receive(bob)).startsWith("SIP/2.0 200 OK");
      alice.send("INVITE", "sip:bob@example.org", "datagram", 1, "<sip:bob@example.org>");
      Received invite = new Received(receive(bob));
      send(mallory, target, answer(invite, "200 OK", contact));
      mallory.setSoTimeout(30_000);
      send(
          mallory,
          target,
          "OPTIONS sip:example.org SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2:%d;branch=z9hG4bKo\r\n"
                  .formatted(mallory.getLocalPort())
              + "From: <sip:m@example.org>;tag=1\r\nTo: <sip:example.org>\r\nCall-ID: datagram\r\n"
              + "CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n\r\n");
      assertThat(receive(mallory)).startsWith("SIP/2.0 200 OK");
      send(bob, target, answer(invite, "486 Busy Here", contact));
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 486 Busy Here");
    }
  }

  private static String answer(Received invite, String status, String contact) {
    StringBuilder text = new StringBuilder("SIP/2.0 " + status + "\r\n");
    invite.headers("Via").forEach(via -> text.append("Via: ").append(via).append("\r\n"));
    for (String name : List.of("From", "Call-ID", "CSeq")) {
      text.append(name).append(": ").append(invite.header(name)).append("\r\n");
    }
    return text + "To: %s;tag=b\r\nContact: %s\r\n\r\n".formatted(invite.header("To"), contact);
  }

  private static void send(DatagramSocket socket, InetSocketAddress target, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    socket.send(new DatagramPacket(bytes, bytes.length, target));
  }

  private static String receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65535], 65535);
    do {
      socket.receive(packet);
    } while (text(packet).startsWith("SIP/2.0 1"));
    return text(packet);
  }

  private static String text(DatagramPacket packet) {
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
  }

  /** Passed over, it would go on for longer than its sender wants, or another way. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Max-Forwards: abc",
        "Max-Forwards: 256",
        "Max-Forwards:",
        "Route: garbage",
        "Path: garbage"
      })
  void refusesARequestWhoseWayCannotBeRead(String header) throws Exception {
    start();
    try (SipClient alice = server.tcp("alice", "::1")) {
      alice.writeRaw(
          """
          REGISTER sip:example.org SIP/2.0
          Via: SIP/2.0/TCP 192.0.2.9:9;branch=z9hG4bKway;oc;oc-algo="loss"
          From: <sip:alice@example.org>;tag=1
          To: <sip:alice@example.org>
          Call-ID: way
          CSeq: 1 REGISTER
          %s
          Content-Length: 0

          """
              .formatted(header)
              .replace("\n", "\r\n"));
      Received refusal = alice.receive();
      assertThat(refusal.firstLine())
          .isEqualTo("SIP/2.0 400 Bad Request (malformed %s)".formatted(header.split(":")[0]));
      assertThat(refusal.header("Via"))
          .as("an answer like any other (RFC 7339)")
          .contains(";oc=0", ";rport=");
      assertThat(refusal.header("To")).contains(";tag=");
    }
  }

  @Test
  void answers481ToACancelOfNothing() throws Exception {
    start();
    try (SipClient alice = server.tcp("alice", "::1")) {
      alice.send("CANCEL", "sip:bob@example.org", "nothing", 1, "<sip:bob@example.org>");
      assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 481 ");
    }
  }

  @Test
  void letsNobodyCancelAnothersCall() throws Exception {
    start();
    try (SipClient alice = server.tcp("alice", "::1");
        SipClient bob = server.tcp("bob", "::1");
        SipClient mallory = server.tcp("alice", "::1")) {
      register(bob, "bob");
      String branch =
          alice.send("INVITE", "sip:bob@example.org", "kept", 1, "<sip:bob@example.org>");
      Received invite = bob.receive();
      bob.answer(invite, "180 Ringing");
      mallory.sendWithBranch(
          branch, "CANCEL", "sip:bob@example.org", "kept", 1, "<sip:bob@example.org>");
      assertThat(mallory.receive().firstLine()).startsWith("SIP/2.0 481 ");
      bob.answer(invite, "486 Busy Here");
      assertThat(bob.receive().firstLine()).as("no CANCEL before it").startsWith("ACK ");
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 486 Busy Here");
    }
  }

  @Test
  void limitsTheConnectionsOfOneSource() throws Exception {
    start("sip.max-connections-per-source", "2");
    try (SipClient one = server.tcp("one", "::1");
        SipClient two = server.tcp("two", "::1");
        SipClient elsewhere = server.tcp("three", "127.0.0.1")) {
      register(one, "one");
      register(two, "two");
      register(elsewhere, "three");
      try (Socket third = new Socket("::1", server.port())) {
        Eventually.closes(third);
      }
      assertThat(server.figure(SipFigure.SHED, "kind", "connection")).isEqualTo(1);
      assertThat(server.figure(SipFigure.CONNECTIONS)).isEqualTo(3);
      one.hangUp();
      Eventually.is(() -> server.events(FlowClosed.class).size() == 1);
      try (SipClient next = server.tcp("next", "::1")) {
        register(next, "next");
      }
    }
  }

  @Test
  void handshakesThatStandStillKeepNobodyOut() throws Exception {
    start("sip.tls.max-handshakes", "5", "sip.tls.handshake-timeout", "300");
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      silent.add(new Socket("::1", server.tlsPort()));
    }
    assertThatServiceGoesOn();
    for (Socket socket : silent.subList(0, 34)) {
      Eventually.closes(socket);
    }
    for (Socket socket : silent) {
      socket.close();
    }
  }

  @Test
  void waitsForNoMessageForEver() throws Exception {
    start("sip.message-timeout", "1");
    try (Socket slow = new Socket("::1", server.port());
        Socket silent = new Socket("::1", server.port())) {
      slow.getOutputStream().write("OPTIONS sip:x SIP/2.0\r\nVia: ".getBytes());
      Eventually.closes(slow);
      Eventually.closes(silent);
    }
    assertThatServiceGoesOnInTheEnd();
  }

  @Test
  void hangsUpOnWhoDoesNotRead() throws Exception {
    start();
    byte[] pings = "\r\n\r\n".repeat(16 * 1024).getBytes(StandardCharsets.US_ASCII);
    try (Socket deaf = new Socket()) {
      deaf.setReceiveBufferSize(4096);
      deaf.connect(new InetSocketAddress("::1", server.port()));
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  deaf.getOutputStream().write(pings);
                }
              })
          .isInstanceOf(IOException.class);
    }
    assertThatServiceGoesOn();
  }

  @Test
  void takesHeadersUpToTheLimitAndNoFurther() throws Exception {
    start();
    try (SipClient alice = server.tcp("alice", "::1")) {
      String[] headers = new String[60];
      java.util.Arrays.fill(headers, "X-Filler: " + "x".repeat(1000));
      alice.send("OPTIONS", "sip:example.org", "large", 1, "<sip:example.org>", headers);
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
      alice.send(
          "OPTIONS",
          "sip:example.org",
          "long",
          1,
          "<sip:example.org>",
          "X-Filler: " + "y".repeat(64_000));
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    }
    try (Socket endless = new Socket("::1", server.port())) {
      endless.getOutputStream().write(("OPTIONS sip:x SIP/2.0\r\nX: ").getBytes());
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  endless.getOutputStream().write(new byte[16 * 1024]);
                }
              })
          .isInstanceOf(IOException.class);
    }
    assertThatServiceGoesOn();
  }

  @Test
  void tenThousandConnectionsOfGarbageLeaveNothingBehind() throws Exception {
    start("sip.max-connections-per-source", "0");
    assertThatServiceGoesOn();
    long before = usedHeap();
    Random random = new Random(4475);
    List<Socket> open = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      Socket socket = new Socket("::1", i % 4 == 0 ? server.tlsPort() : server.port());
      open.add(socket);
      try {
        socket.getOutputStream().write(garbage(i, random));
      } catch (IOException e) {
        assertThat(socket.isConnected()).as("it may be closed already: %s", e).isTrue();
      }
      if (open.size() == 200) {
        for (Socket done : open) {
          done.close();
        }
        open.clear();
      }
    }
    assertThatServiceGoesOn();
    assertThat(server.figure(SipFigure.MALFORMED)).isGreaterThan(2000);
    Eventually.is(() -> server.figure(SipFigure.PARTIAL) == 0);
    Eventually.is(() -> usedHeap() - before < 16 << 20);
  }

  private static byte[] garbage(int kind, Random random) {
    byte[] bytes = new byte[2048];
    random.nextBytes(bytes);
    return switch (kind % 5) {
      case 0 -> bytes;
      case 1 -> "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      case 2 -> "INVITE sip:x SIP/2.0\r\nContent-Length: 9999\r\n\r\n".getBytes();
      case 3 -> "INVITE sip:x SIP/2.0\r\nVia: x\r\nContent-Length: 0\r\n\r\n".repeat(20).getBytes();
      default -> new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
    };
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Every message of RFC 4475 with some of its bytes changed, dropped or doubled. */
  @Test
  void survivesWhatItsParserHasNeverSeen() throws Exception {
    start();
    Random random = new Random(3261);
    List<byte[]> messages = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("src", "test", "resources", "rfc4475"))) {
      for (Path file : files.sorted().toList()) {
        messages.add(Files.readAllBytes(file));
      }
    }
    InetSocketAddress target = new InetSocketAddress("127.0.0.1", server.port());
    try (DatagramSocket socket = new DatagramSocket()) {
      for (int i = 0; i < 10_000; i++) {
        byte[] mutated = mutated(messages.get(i % messages.size()), random);
        socket.send(new DatagramPacket(mutated, mutated.length, target));
      }
    }
    try (SipClient client = server.tcp("after", "::1")) {
      Eventually.is(
          () -> {
            client.send("OPTIONS", "sip:x", UUID.randomUUID().toString(), 1, "<sip:x@example.org>");
            return client.receive().firstLine().equals("SIP/2.0 200 OK");
          });
    }
  }

  private static byte[] mutated(byte[] message, Random random) {
    ByteArrayOutputStream mutated = new ByteArrayOutputStream();
    for (byte b : message) {
      switch (random.nextInt(100)) {
        case 0 -> mutated.write(random.nextInt(256));
        case 1 -> {
          mutated.write(b);
          mutated.write(b);
        }
        case 2 -> {
          // Dropped.
        }
        default -> mutated.write(b);
      }
    }
    return mutated.toByteArray();
  }

  @Test
  void forgetsARefusedInviteSoonThoughNoAckComes() throws Exception {
    start();
    boolean held = false;
    SipStackImpl stack = (SipStackImpl) server.container().dispatcher().getSipStack();
    try (SipClient mallory = server.tcp("mallory", "::1")) {
      for (int i = 0; i < 50; i++) {
        mallory.send("INVITE", "sip:nobody@example.org", "refused-" + i, 1, "<sip:n@example.org>");
        assertThat(mallory.receive().firstLine()).startsWith("SIP/2.0 404 ");
        held |= stack.getServerTransactionTableSize() > 0;
      }
      assertThat(held).as("kept for a while").isTrue();
      Eventually.is(() -> stack.getServerTransactionTableSize() == 0);
    }
  }
}
