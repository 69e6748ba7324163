package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/**
 * What comes of an INVITE over UDP once its transaction is gone: RFC 3261 sections 9.2 and 17.2.1,
 * RFC 6026 section 7.1.
 */
class EndedInviteTest {
  private static final int PATIENCE_MILLIS = 20_000;

  @TempDir private Path folder;
  private TestServer server;
  private DatagramSocket alice;
  private Target bob;

  @BeforeEach
  void start() throws Exception {
    ProxyServlet.SEEN.clear();
    server = new TestServer(folder, ProxyServlet.class).start();
    alice = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    alice.setSoTimeout(PATIENCE_MILLIS);
    bob = new Target("bob");
  }

  @AfterEach
  void stop() throws Exception {
    bob.close();
    alice.close();
    server.close();
  }

  @Test
  void isNotBegunAgainAfterItWasAccepted() throws Exception {
    send("INVITE", "z9hG4bK-call", "");
    bob.answer(bob.connection().receive(), "200 OK");
    assertThat(receiveFinal("INVITE")).startsWith("SIP/2.0 200 OK");
    awaitNoTransaction();

    send("INVITE", "z9hG4bK-call", "");
    assertBobHearsNothing();

    send("CANCEL", "z9hG4bK-call", "");
    assertThat(receiveFinal("CANCEL")).startsWith("SIP/2.0 200 OK");
    assertBobHearsNothing();
    assertThat(ProxyServlet.SEEN).doesNotContain("request CANCEL");
  }

  @Test
  void isNotBegunAgainAfterItsRefusalWasAcknowledged() throws Exception {
    send("INVITE", "z9hG4bK-call", "");
    bob.answer(bob.connection().receive(), "486 Busy Here");
    assertThat(receiveFinal("INVITE")).startsWith("SIP/2.0 486 ");
    assertThat(bob.connection().receive().firstLine()).startsWith("ACK ");
    send("ACK", "z9hG4bK-call", ";tag=bob");
    awaitNoTransaction();

    send("ACK", "z9hG4bK-call", ";tag=bob");
    send("INVITE", "z9hG4bK-call", "");
    assertBobHearsNothing();
    assertThat(ProxyServlet.SEEN).doesNotContain("request ACK");
  }

  @Test
  void endsWithTheCallItBegan() throws Exception {
    stack().setConnectionLingerTimer(3600);
    int timers = server.container().stackTimer().waiting();
    send("INVITE", "z9hG4bK-call", "");
    bob.answer(bob.connection().receive(), "200 OK");
    String accepted = receiveFinal("INVITE");

    sendInDialog("ACK", "z9hG4bK-ack", accepted);
    assertThat(bob.connection().receive().firstLine()).startsWith("ACK ");
    sendInDialog("BYE", "z9hG4bK-bye", accepted);
    bob.answer(bob.connection().receive(), "200 OK");
    assertThat(receiveFinal("BYE")).startsWith("SIP/2.0 200 OK");
    awaitNoTransaction();
    Eventually.is(() -> stack().getClientTransactionTableSize() == 0);
    Eventually.is(() -> server.container().stackTimer().waiting() <= timers);

    send("INVITE", "z9hG4bK-call", "");
    assertBobHearsNothing();
  }

  private SIPTransactionStack stack() {
    return (SIPTransactionStack) server.container().dispatcher().getSipStack();
  }

  private void awaitNoTransaction() throws Exception {
    Eventually.is(() -> stack().getServerTransactionTableSize() == 0);
  }

  /** What comes later of the same Call-ID comes behind what came before. */
  private void assertBobHearsNothing() throws Exception {
    send("OPTIONS", "z9hG4bK-probe-" + System.nanoTime(), "");
    Received probe = bob.connection().receive();
    assertThat(probe.firstLine()).startsWith("OPTIONS ");
    bob.answer(probe, "200 OK");
    assertThat(receiveFinal("OPTIONS")).startsWith("SIP/2.0 200 OK");
  }

  private void send(String method, String branch, String toTag) throws IOException {
    send(method, "sip:someone@example.org", branch, toTag, "");
  }

  private void sendInDialog(String method, String branch, String accepted) throws IOException {
    String routes =
        accepted
            .lines()
            .filter(line -> line.startsWith("Record-Route: "))
            .map(line -> line.substring("Record-".length()) + "\r\n")
            .collect(Collectors.joining());
    send(method, bob.uri(), branch, ";tag=bob-tag", routes);
  }

  private void send(String method, String uri, String branch, String toTag, String routes)
      throws IOException {
    byte[] bytes =
        String.join(
                "\r\n",
                method + " " + uri + " SIP/2.0",
                "Via: SIP/2.0/UDP 127.0.0.1:%d;branch=%s;rport"
                    .formatted(alice.getLocalPort(), branch),
                routes + "Max-Forwards: 70",
                "From: <sip:alice@example.org>;tag=a",
                "To: <sip:someone@example.org>" + toTag,
                "Call-ID: ended",
                "CSeq: 1 " + method,
                "Contact: <sip:alice@127.0.0.1:%d>".formatted(alice.getLocalPort()),
                "X-Options: sequential record-route",
                "X-Targets: " + bob.uri(),
                "Content-Length: 0",
                "",
                "")
            .getBytes(StandardCharsets.UTF_8);
    alice.send(
        new DatagramPacket(bytes, bytes.length, InetAddress.getByName("127.0.0.1"), server.port()));
  }

  /** A refusal that waits for its ACK is repeated, so others may come in between. */
  private String receiveFinal(String method) throws IOException {
    String response;
    do {
      DatagramPacket packet = new DatagramPacket(new byte[65_507], 65_507);
      alice.receive(packet);
      response = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    } while (response.startsWith("SIP/2.0 1") || !response.contains("CSeq: 1 " + method + "\r\n"));
    return response;
  }
}
