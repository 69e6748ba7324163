package org.m2mx.sipcontainer.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.security.Challenge;
import org.m2mx.sipcontainer.security.Challenge.Asker;
import org.m2mx.sipcontainer.security.Challenger;
import org.m2mx.sipcontainer.security.UnauthenticatedRequest;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** Strangers are challenged and forgotten: RFC 3261 sections 8.2.7 and 26.3.2.4. */
class ChallengerTest {
  private static final String URI = "sip:bob@example.org";
  private static final String BOB = "<sip:bob@example.org>";
  private static final List<String> VALUES =
      List.of("Digest realm=\"a, b\", nonce=\"1\"", "Digest realm=\"a, b\", nonce=\"1\", x=y");

  @TempDir private Path folder;
  private final Queue<UnauthenticatedRequest> asked = new ConcurrentLinkedQueue<>();
  private TestServer server;

  /** The servlet answers everything 200. */
  @BeforeEach
  void start() throws Exception {
    server =
        new TestServer(folder, SlowServlet.class)
            .attribute(Challenger.class, (Challenger) this::challenge)
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Optional<Challenge> challenge(UnauthenticatedRequest request) {
    asked.add(request);
    return switch (request.method()) {
      case "REGISTER" -> Optional.of(new Challenge(Asker.SERVER, VALUES));
      case "INVITE", "MESSAGE" -> Optional.of(new Challenge(Asker.PROXY, VALUES));
      case "PING" -> throw new IllegalStateException("of the test's making");
      default -> Optional.empty();
    };
  }

  private void assertNothingIsHeld() {
    SIPTransactionStack stack = (SIPTransactionStack) server.container().dispatcher().getSipStack();
    assertThat(stack.getServerTransactionTableSize()).isZero();
    assertThat(server.application().getSipManager().getActiveSipSessions()).isZero();
    assertThat(server.application().getSipManager().getActiveSipApplicationSessions()).isZero();
  }

  private static String status(Received answer) {
    return answer.firstLine().split(" ")[1];
  }

  @ParameterizedTest
  @CsvSource({
    "REGISTER, UDP, 401, WWW-Authenticate",
    "INVITE, UDP, 407, Proxy-Authenticate",
    "INVITE, TLS, 407, Proxy-Authenticate",
    "MESSAGE, WSS, 407, Proxy-Authenticate"
  })
  void aStrangerIsChallengedAndForgotten(
      String method, Transport transport, String status, String header) throws Exception {
    try (SipClient alice = server.connect("alice", transport, "::1")) {
      alice.sendWithBranch("z9hG4bK-1", method, URI, "call", 1, BOB);
      Received challenge = alice.receiveFirst();
      assertThat(status(challenge)).isEqualTo(status);
      assertThat(challenge.text())
          .contains(header + ": " + VALUES.get(0) + "\r\n" + header + ": " + VALUES.get(1));
      assertThat(challenge.header("CSeq")).isEqualTo("1 " + method);
      assertThat(challenge.header("To")).startsWith(BOB + ";tag=");
      assertNothingIsHeld();
      UnauthenticatedRequest request = asked.element();
      assertThat(request.method()).isEqualTo(method);
      assertThat(request.from().getUser()).isEqualTo("alice");
      assertThat(request.to().getHost()).isEqualTo("example.org");
      assertThat(request.flow().transport()).isEqualTo(transport);
    }
  }

  @Test
  void aRequestThatComesAgainGetsTheSameAnswer() throws Exception {
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      alice.sendWithBranch("z9hG4bK-1", "INVITE", URI, "call", 1, BOB);
      Received challenge = alice.receiveFirst();
      alice.sendWithBranch("z9hG4bK-1", "INVITE", URI, "call", 1, BOB);
      assertThat(alice.receiveFirst()).isEqualTo(challenge);
      alice.sendWithBranch("z9hG4bK-2", "INVITE", URI, "call", 2, BOB);
      assertThat(alice.receiveFirst().header("To")).isNotEqualTo(challenge.header("To"));
    }
  }

  @Test
  void whatFollowsAChallengeBeginsNothing() throws Exception {
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      alice.sendWithBranch("z9hG4bK-1", "INVITE", URI, "call", 1, BOB);
      String to = alice.receiveFirst().header("To");
      alice.sendWithBranch("z9hG4bK-1", "ACK", URI, "call", 1, to);
      alice.sendWithBranch("z9hG4bK-1", "CANCEL", URI, "call", 1, BOB);
      assertThat(status(alice.receiveFirst())).isEqualTo("481");
      assertNothingIsHeld();

      alice.send("INVITE", URI, "call", 2, BOB, "Proxy-Authorization: Digest username=\"alice\"");
      assertThat(status(alice.receive())).isEqualTo("200");
      assertThat(asked).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Digest username=\"alice\"",
        "Require: x",
        "Proxy-Require: x",
        "Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK-before"
      })
  void whatWantsACloserLookIsLeftToTheServlet(String header) throws Exception {
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      alice.send("MESSAGE", URI, "call", 1, BOB, header);
      assertThat(status(alice.receive())).isEqualTo("200");
      assertThat(asked).isEmpty();
    }
  }

  @Test
  void whatIsNotChallengedIsLeftToTheServlet() throws Exception {
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      alice.send("OPTIONS", URI, "call", 1, BOB);
      assertThat(status(alice.receive())).isEqualTo("200");
      assertThat(asked).hasSize(1);
      alice.send("MESSAGE", URI, "dialog", 1, BOB + ";tag=nobody");
      assertThat(status(alice.receive())).isEqualTo("200");
      alice.sendFrom("<tel:+81355501234>;tag=a", "MESSAGE", URI, "tel", 1, BOB);
      assertThat(status(alice.receive())).isEqualTo("200");
      assertThat(asked).hasSize(1);
    }
  }

  @Test
  void whatIsWrongIsRefusedForThat() throws Exception {
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      alice.send("MESSAGE", "gopher://example.org", "scheme", 1, BOB);
      assertThat(status(alice.receive())).isEqualTo("416");
      alice.sendFrom("<sip:alice@example.org>", "INVITE", URI, "tag", 1, BOB);
      assertThat(status(alice.receive())).isEqualTo("400");
      assertThat(asked).isEmpty();
    }
  }

  /** RFC 3261 section 18.2.2. */
  @Test
  void overUdpTheChallengeGoesWhereTheViaSays() throws Exception {
    InetAddress here = InetAddress.getByName("127.0.0.1");
    try (DatagramSocket sender = new DatagramSocket(0, here);
        DatagramSocket listener = new DatagramSocket(0, here)) {
      listener.setSoTimeout(30_000);
      byte[] register =
          String.join(
                  "\r\n",
                  "REGISTER sip:example.org SIP/2.0",
                  "Via: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bK-1"
                      .formatted(listener.getLocalPort()),
                  "From: <sip:alice@example.org>;tag=a",
                  "To: <sip:alice@example.org>",
                  "Call-ID: via",
                  "CSeq: 1 REGISTER",
                  "",
                  "")
              .getBytes(UTF_8);
      sender.send(new DatagramPacket(register, register.length, here, server.port()));
      DatagramPacket answer = new DatagramPacket(new byte[4096], 4096);
      listener.receive(answer);
      assertThat(new String(answer.getData(), 0, answer.getLength(), UTF_8))
          .startsWith("SIP/2.0 401 ");
    }
  }

  @Test
  void whoKnowsTheBranchOfACallEndsItNot() throws Exception {
    try (SipClient alice = server.tcp("alice", "127.0.0.1");
        SipClient mallory = server.tcp("mallory", "127.0.0.1")) {
      alice.sendWithBranch(
          "z9hG4bK-1", "INVITE", URI, "call", 1, BOB, "Proxy-Authorization: Digest x=\"y\"");
      assertThat(status(alice.receive())).isEqualTo("200");
      mallory.sendWithBranch("z9hG4bK-1", "INVITE", URI, "other", 1, BOB);
      mallory.send("REGISTER", URI, "probe", 1, BOB);
      Received answer = mallory.receive();
      assertThat(answer.header("CSeq")).isEqualTo("1 REGISTER");
      assertThat(asked).extracting(UnauthenticatedRequest::method).containsExactly("REGISTER");
    }
  }

  @Test
  void whereTheChallengerFailsTheServletsAreThere() throws Exception {
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      alice.send("PING", URI, "call", 1, BOB);
      assertThat(status(alice.receive())).isEqualTo("200");
    }
  }

  @Test
  void withASecondApplicationTheRouterDecidesFirst() throws Exception {
    server.add(
        "/second",
        """
        <sip-app><app-name>second</app-name>
          <servlet-selection><main-servlet>main</main-servlet></servlet-selection>
          <servlet><servlet-name>main</servlet-name><servlet-class>%s</servlet-class></servlet>
        </sip-app>
        """
            .formatted(SlowServlet.class.getName()));
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      alice.send("MESSAGE", URI, "call", 1, BOB);
      assertThat(status(alice.receive())).isEqualTo("200");
      assertThat(asked).isEmpty();
    }
  }
}
