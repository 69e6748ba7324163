package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.config.InvalidSettingException;
import org.m2mx.sipcontainer.flow.FlowClosed;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** The whole container but for the server around it, seen from the wire. */
class SipContainerTest {
  @TempDir private Path folder;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(folder, RelayServlet.class).start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private SipClient tls(String user, String address, String protocol) throws Exception {
    return server.tls(user, address, protocol);
  }

  @Test
  void relaysACallBetweenClientsThatOnlyHaveTheirOwnTlsConnections() throws Exception {
    try (SipClient alice = tls("alice", "::1", "TLSv1.3");
        SipClient bob = tls("bob", "::1", "TLSv1.3")) {
      Call.throughTheServer(alice, bob);
    }
  }

  @Test
  void relaysAcrossFamiliesAndVersionsWithARecordRouteForEachSide() throws Exception {
    try (SipClient alice = tls("alice", "127.0.0.1", "TLSv1.2");
        SipClient bob = tls("bob", "::1", "TLSv1.3")) {
      Call.register(bob, "bob");
      Call call = Call.establish(alice, bob);
      assertThat(call.invite().headers("Record-Route"))
          .satisfiesExactly(
              mine ->
                  assertThat(mine).startsWith("<sip:[::1]:" + server.tlsPort() + ";transport=tls;"),
              callers ->
                  assertThat(callers)
                      .startsWith("<sip:127.0.0.1:" + server.tlsPort() + ";transport=tls;"));
      assertThat(bob.receive().firstLine()).startsWith("ACK ");
    }
  }

  @Test
  void relaysAcrossTransports() throws Exception {
    try (SipClient alice = server.tcp("alice", "127.0.0.1");
        SipClient bob = tls("bob", "::1", "TLSv1.3")) {
      Call.throughTheServer(alice, bob);
    }
  }

  @Test
  void answersAtOnceWhenTheFlowIsClosed() throws Exception {
    try (SipClient alice = tls("alice", "::1", "TLSv1.3");
        SipClient bob = tls("bob", "::1", "TLSv1.3")) {
      Call.register(bob, "bob");
      bob.hangUp();
      Eventually.is(() -> server.events(FlowClosed.class).size() == 1);
      alice.send("INVITE", "sip:bob@example.org", "closed", 1, "<sip:bob@example.org>");
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 430 Flow Failed");
    }
  }

  @Test
  void answersAtOnceWhenTheFlowClosesBeforeTheAnswer() throws Exception {
    try (SipClient alice = tls("alice", "::1", "TLSv1.3");
        SipClient bob = tls("bob", "::1", "TLSv1.3")) {
      Call.register(bob, "bob");
      alice.send("INVITE", "sip:bob@example.org", "closing", 1, "<sip:bob@example.org>");
      bob.receive();
      bob.hangUp();
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 430 Flow Failed");
    }
  }

  @Test
  void answersAtOnceWhenADialogsFlowIsClosed() throws Exception {
    try (SipClient alice = tls("alice", "::1", "TLSv1.3");
        SipClient bob = tls("bob", "::1", "TLSv1.3")) {
      Call.register(bob, "bob");
      Call call = Call.establish(alice, bob);
      bob.receive();
      bob.hangUp();
      Eventually.is(() -> server.events(FlowClosed.class).size() == 1);
      call.sendFromCaller("BYE", 2);
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 430 Flow Failed");
    }
  }

  @Test
  void sendsACancelDownTheFlowOfItsInvite() throws Exception {
    try (SipClient alice = tls("alice", "::1", "TLSv1.3");
        SipClient bob = tls("bob", "127.0.0.1", "TLSv1.3")) {
      Call.register(bob, "bob");
      String branch =
          alice.send("INVITE", "sip:bob@example.org", "cancel", 1, "<sip:bob@example.org>");
      Received invite = bob.receive();
      bob.answer(invite, "180 Ringing");
      Thread.sleep(100); // The 180 must be seen before the CANCEL (RFC 3261 section 9.1).
      alice.sendWithBranch(
          branch, "CANCEL", "sip:bob@example.org", "cancel", 1, "<sip:bob@example.org>");
      Received cancel = bob.receive();
      assertThat(cancel.firstLine()).startsWith("CANCEL ");
      assertThat(cancel.headers("Route")).isEmpty();
      assertThat(cancel.header("Via")).isEqualTo(invite.header("Via"));
      bob.answer(cancel, "200 OK");
      bob.answer(invite, "487 Request Terminated");
      assertThat(bob.receive().firstLine()).startsWith("ACK ");
      assertThat(List.of(alice.receive().firstLine(), alice.receive().firstLine()))
          .contains("SIP/2.0 487 Request Terminated");
    }
  }

  @Test
  void ignoresFlowRoutesThatPeersMakeUp() throws Exception {
    try (SipClient alice = tls("alice", "::1", "TLSv1.3");
        SipClient bob = tls("bob", "::1", "TLSv1.3")) {
      Call.register(bob, "bob");
      alice.send(
          "OPTIONS",
          "sip:example.org",
          "forged",
          1,
          "<sip:example.org>",
          "Route: <sip:x@00112233445566778899aabbccddeeff.flow.invalid;transport=tls;lr>");
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    }
  }

  /** Whoever connects could otherwise have the server call anybody's door. */
  @Test
  void passesNothingOnThatNoApplicationAskedFor() throws Exception {
    try (ServerSocket elsewhere = new ServerSocket(0, 5, InetAddress.getByName("::1"));
        SipClient mallory = tls("mallory", "::1", "TLSv1.3")) {
      elsewhere.setSoTimeout(500);
      for (String transport : List.of("tls", "tcp")) {
        String target =
            "sip:x@[::1]:%d;transport=%s".formatted(elsewhere.getLocalPort(), transport);
        String own =
            "Route: <sip:[::1]:%d;transport=tls;proxy=true;lr>".formatted(server.tlsPort());
        mallory.send("BYE", target, UUID.randomUUID().toString(), 1, "<sip:x@example.org>;tag=1");
        assertThat(mallory.receive().firstLine()).startsWith("SIP/2.0 481 ");
        mallory.send(
            "INVITE", target, UUID.randomUUID().toString(), 1, "<sip:x@example.org>;tag=1", own);
        assertThat(mallory.receive().firstLine()).startsWith("SIP/2.0 481 ");
        mallory.send("ACK", target, UUID.randomUUID().toString(), 1, "<sip:x@example.org>;tag=1");
      }
      assertThatThrownBy(elsewhere::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void refusesToRenegotiate() throws Exception {
    try (SipClient mallory = tls("mallory", "::1", "TLSv1.2");
        SipClient alice = tls("alice", "::1", "TLSv1.2")) {
      mallory.renegotiate();
      assertThatThrownBy(mallory::receive)
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(SocketTimeoutException.class);
      assertThat(Call.register(alice, "alice").firstLine()).isEqualTo("SIP/2.0 200 OK");
    }
  }

  @Test
  void keepsConnectionsAliveAndRefusesMalformedRequests() throws Exception {
    try (SipClient alice = server.tcp("alice", "::1")) {
      alice.writeRaw("\r\n\r\n");
      assertThat(alice.readRaw(2)).isEqualTo("\r\n");
      alice.writeRaw(
          "INVITE sip:x SIP/2.0\r\n"
              + "Via: SIP/2.0/TCP h;branch=z9hG4bK1\r\n"
              + "From: <<<\r\n"
              + "To: <sip:a@b>\r\n"
              + "Call-ID: 1\r\n"
              + "CSeq: 1 INVITE\r\n"
              + "Content-Length: 0\r\n\r\n");
      assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 400 Bad Request");
      alice.writeRaw(
          "REGISTER sip:x SIP/2.0\r\n"
              + "Via: SIP/2.0/TCP h;branch=z9hG4bK2\r\n"
              + "From: <sip:a@b>;tag=1\r\n"
              + "To: <sip:a@b>\r\n"
              + "Call-ID: 2\r\n"
              + "CSeq: 1 REGISTER\r\n"
              + "Contact: <sip:%zz@h>\r\n"
              + "Content-Length: 0\r\n\r\n");
      assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 400 Bad Request");
      alice.writeRaw("INVITE sip:x SIP/2.0\r\n\r\n");
      assertThatThrownBy(alice::receive).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void takesARequestWithoutMaxForwardsAndRefusesOneWithoutAContactOrOfAnotherTransport()
      throws Exception {
    String request =
        "%1$s sip:example.org SIP/2.0\r\nVia: SIP/2.0/%2$s 192.0.2.9;branch=z9hG4bK%1$s%2$s\r\n"
            + "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: %1$s\r\nCSeq: 1 %1$s\r\n"
            + "Content-Length: 0\r\n\r\n";
    try (SipClient alice = server.tcp("alice", "::1")) {
      alice.writeRaw(request.formatted("OPTIONS", "TCP"));
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
      alice.writeRaw(request.formatted("INVITE", "TCP"));
      assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 400 ");
      alice.writeRaw(request.formatted("OPTIONS", "UDP"));
      assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 400 ");
    }
  }

  @Test
  void startsAgainOnTheSamePortsAndLeavesNoThreadBehind() throws Exception {
    for (int i = 0; i < 3; i++) {
      server.close();
      Eventually.is(() -> sipThreads().isEmpty());
      server.start();
      try (SipClient alice = tls("alice", "::1", "TLSv1.3")) {
        assertThat(Call.register(alice, "alice").firstLine()).isEqualTo("SIP/2.0 200 OK");
      }
    }
  }

  private static List<String> sipThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(
            name ->
                Stream.of("sip-", "MSS-", "EventScanner", "DefaultSipTimer", "pool-sip")
                    .anyMatch(name::startsWith))
        .toList();
  }

  @Test
  void saysWhichPortIsTaken() throws Exception {
    server.close();
    try (ServerSocket taken = new ServerSocket(server.port(), 1, InetAddress.getByName("::1"))) {
      assertThatThrownBy(server::start)
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageStartingWith("sip.listen=tcp://[::1]:" + taken.getLocalPort())
          .hasMessageContaining("in use")
          .hasMessageContaining("sip.port-offset");
    }
  }

  /** The core would send figures of the running server to its maker. */
  @Test
  void connectsToNobodyByItself() throws Exception {
    try (SipClient alice = tls("alice", "::1", "TLSv1.3")) {
      Call.register(alice, "alice");
      assertThat(OwnSockets.remotePeers())
          .as("peers of this process that are not on this machine")
          .isEmpty();
    }
  }
}
