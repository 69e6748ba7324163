package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** JSR 289 section 11, acting as a user agent, and section 5.8, reliable provisional responses. */
class UserAgentTest {
  @TempDir private Path folder;
  private TestServer server;
  private SipClient alice;
  private Target bob;

  @BeforeEach
  void start() throws Exception {
    CallerServlet.SEEN.clear();
    CallerServlet.SESSIONS.clear();
    CallerServlet.INFORMED.clear();
    server = new TestServer(folder, CallerServlet.class).start();
    alice = server.tcp("alice", "127.0.0.1");
    bob = new Target("bob");
  }

  @AfterEach
  void stop() throws Exception {
    alice.close();
    bob.close();
    server.close();
  }

  /** Has the servlet send a request to bob, and returns it as bob sees it. */
  private Received order(String method) throws Exception {
    alice.send(
        "MESSAGE",
        "sip:example.org",
        "order",
        1,
        "<sip:example.org>",
        "X-Targets: " + method + " " + bob.uri());
    assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 202 ");
    return bob.connection().receive();
  }

  @Test
  void callsAcknowledgesAndIsHungUpOn() throws Exception {
    Received invite = order("INVITE");
    assertThat(invite.firstLine()).isEqualTo("INVITE " + bob.uri() + " SIP/2.0");
    assertThat(invite.header("Contact")).contains("127.0.0.1:" + server.port());
    bob.answer(invite, "180 Ringing");
    bob.answer(invite, "200 OK");
    Received ack = bob.connection().receive();
    assertThat(ack.firstLine()).startsWith("ACK ");
    assertThat(ack.header("Call-ID")).isEqualTo(invite.header("Call-ID"));
    bob.connection()
        .send(
            "BYE",
            invite.header("Contact").replaceAll("[<>]", ""),
            invite.header("Call-ID"),
            1,
            invite.header("From"));
    assertThat(bob.connection().receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    assertThat(CallerServlet.SEEN).containsExactly("INVITE 180", "INVITE 200", "BYE");
  }

  @Test
  void hasADialogWithEachDeviceThatAcceptsAForkedCall() throws Exception {
    Received invite = order("INVITE");
    bob.answer(invite.as("first"), "180 Ringing");
    bob.answer(invite.as("second"), "180 Ringing");
    bob.answer(invite.as("second"), "200 OK");
    assertThat(bob.connection().receive().header("To")).endsWith(";tag=second");
    bob.answer(invite.as("first"), "200 OK");
    Received ack = bob.connection().receive();
    assertThat(ack.firstLine()).startsWith("ACK ");
    assertThat(ack.header("To")).endsWith(";tag=first");
    bob.answer(invite.as("third"), "200 OK");
    assertThat(bob.connection().receive().header("To")).endsWith(";tag=third");
    assertThat(CallerServlet.SESSIONS).hasSize(3);
    for (String device : List.of("third", "second", "first")) {
      bob.connection()
          .sendFrom(
              "<%s>;tag=%s".formatted(bob.uri(), device),
              "INFO",
              invite.header("Contact").replaceAll("[<>]", ""),
              invite.header("Call-ID"),
              1,
              invite.header("From"));
      assertThat(bob.connection().receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    }
    assertThat(CallerServlet.INFORMED).containsExactlyInAnyOrderElementsOf(CallerServlet.SESSIONS);
  }

  @Test
  void hearsOfARefusal() throws Exception {
    Received options = order("OPTIONS");
    bob.answer(options, "404 Not Found");
    Eventually.is(() -> CallerServlet.SEEN.contains("OPTIONS 404"));
  }

  @Test
  void acknowledgesReliableProvisionalResponses() throws Exception {
    Received invite = order("INVITE");
    bob.answer(invite, "183 Session Progress", "Require: 100rel", "RSeq: 7");
    Received prack = bob.connection().receive();
    assertThat(prack.firstLine()).startsWith("PRACK ");
    assertThat(prack.header("RAck")).isEqualTo("7 1 INVITE");
    bob.answer(prack, "200 OK");
    bob.answer(invite, "200 OK");
    assertThat(bob.connection().receive().firstLine()).startsWith("ACK ");
  }

  @Test
  void sendsReliableProvisionalResponsesAndWaitsForTheirPrack() throws Exception {
    alice.send(
        "INVITE",
        "sip:server@example.org",
        "rel",
        1,
        "<sip:server@example.org>",
        "Supported: 100rel");
    Received progress = alice.receiveProvisional("183");
    assertThat(progress.header("Require")).isEqualTo("100rel");
    String contact = progress.header("Contact").replaceAll("[<>]", "");
    alice.send(
        "PRACK",
        contact,
        "rel",
        2,
        progress.header("To"),
        "RAck: " + progress.header("RSeq") + " 1 INVITE");
    assertThat(alice.receive().header("CSeq")).isEqualTo("2 PRACK");
    assertThat(alice.receive().header("CSeq")).isEqualTo("1 INVITE");
    alice.send("ACK", contact, "rel", 1, progress.header("To"));
    Eventually.is(() -> CallerServlet.SEEN.contains("ACK"));
  }

  @Test
  void sendsNothingReliablyToWhoDoesNotKnowHow() throws Exception {
    alice.send("INVITE", "sip:server@example.org", "norel", 1, "<sip:server@example.org>");
    assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 421 ");
    assertThat(CallerServlet.SEEN).containsExactly("no 100rel");
  }
}
