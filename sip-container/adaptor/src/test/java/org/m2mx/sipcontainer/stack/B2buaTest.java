package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** JSR 289 section 12, back-to-back user agents. */
class B2buaTest {
  @TempDir private Path folder;
  private TestServer server;
  private SipClient alice;
  private Target bob;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(folder, B2buaServlet.class).start();
    alice = server.tcp("alice", "127.0.0.1");
    bob = new Target("bob");
  }

  @AfterEach
  void stop() throws Exception {
    alice.close();
    bob.close();
    server.close();
  }

  private String invite() throws Exception {
    return alice.send(
        "INVITE",
        "sip:bob@example.org",
        "first-leg",
        1,
        "<sip:bob@example.org>",
        "X-Targets: " + bob.uri());
  }

  @Test
  void joinsTwoDialogsIntoOneCall() throws Exception {
    invite();
    Received second = bob.connection().receive();
    assertThat(second.header("Call-ID")).isNotEqualTo("first-leg");
    assertThat(second.header("X-Leg")).isEqualTo("second");
    assertThat(second.headers("Via")).hasSize(1);
    bob.answer(second, "200 OK");
    Received ok = alice.receive();
    assertThat(ok.firstLine()).isEqualTo("SIP/2.0 200 OK");
    assertThat(bob.connection().receive().firstLine()).startsWith("ACK ");
    String contact = ok.header("Contact").replaceAll("[<>]", "");
    alice.send("ACK", contact, "first-leg", 1, ok.header("To"));
    alice.send("BYE", contact, "first-leg", 2, ok.header("To"));
    Received bye = bob.connection().receive();
    assertThat(bye.firstLine()).startsWith("BYE ");
    assertThat(bye.header("Call-ID")).isEqualTo(second.header("Call-ID"));
    bob.answer(bye, "200 OK");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
  }

  @Test
  void passesARefusalOn() throws Exception {
    invite();
    bob.answer(bob.connection().receive(), "486 Busy Here");
    assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 486 ");
  }

  @Test
  void passesACancelOn() throws Exception {
    String branch = invite();
    Received second = bob.connection().receive();
    bob.answer(second, "180 Ringing");
    alice.receiveProvisional("180");
    alice.sendWithBranch(
        branch, "CANCEL", "sip:bob@example.org", "first-leg", 1, "<sip:bob@example.org>");
    Received cancel = bob.connection().receive();
    assertThat(cancel.firstLine()).startsWith("CANCEL ");
    bob.answer(cancel, "200 OK");
    bob.answer(second, "487 Request Terminated");
    assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 200 ");
    assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 487 ");
  }
}
