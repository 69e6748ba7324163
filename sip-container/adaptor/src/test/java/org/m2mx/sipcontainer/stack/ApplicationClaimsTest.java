package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.digest.DigestAlgorithm;
import org.m2mx.sipcontainer.digest.DigestChallenge;
import org.m2mx.sipcontainer.digest.Nonces;
import org.m2mx.sipcontainer.overload.NonceBudget;
import org.m2mx.sipcontainer.security.IssuedNonces;
import org.m2mx.sipcontainer.stack.SipClient.Received;

class ApplicationClaimsTest {
  private static final String REALM = "example.org";

  @TempDir private Path folder;
  private TestServer server;
  private ApplicationClaims claims;

  @AfterEach
  void stop() {
    server.close();
  }

  private void start(TestServer prepared) throws Exception {
    server = prepared.start();
    claims =
        new ApplicationClaims(server.container()::dispatcher, new NonceBudget(System::nanoTime));
  }

  @Test
  void knowsACallThatItPassesOnForAsLongAsItLasts() throws Exception {
    start(new TestServer(folder, ProxyServlet.class));
    try (SipClient alice = server.tcp("alice", "127.0.0.1");
        Target bob = new Target("bob")) {
      alice.send(
          "INVITE",
          "sip:bob@example.org",
          "call",
          1,
          "<sip:bob@example.org>",
          "X-Options: record-route",
          "X-Targets: " + bob.uri());
      bob.answer(bob.connection().receive(), "200 OK");
      Received ok = alice.receive();
      String route = ok.header("Record-Route");
      alice.send("ACK", bob.uri(), "call", 1, ok.header("To"), "Route: " + route);
      assertThat(bob.connection().receive().firstLine()).startsWith("ACK ");
      assertThat(claims.isOfDialog("bob-tag", route)).isTrue();
      assertThat(claims.isOfDialog("bob-tag", route + ", <sip:elsewhere;lr>")).isTrue();
      assertThat(claims.isOfDialog("bob-tag", "<sip:elsewhere;lr>, " + route)).isFalse();
      assertThat(claims.isOfDialog("bob-tag", route.replaceAll("app_id=....", "app_id=0000")))
          .isFalse();
      assertThat(claims.isOfDialog("bob-tag", route.replaceAll("appname=....", "appname=0000")))
          .isFalse();
      assertThat(claims.isOfDialog("bob-tag", "")).isFalse();

      alice.send("BYE", bob.uri(), "call", 2, ok.header("To"), "Route: " + route);
      bob.answer(bob.connection().receive(), "200 OK");
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
      Eventually.is(() -> !claims.isOfDialog("bob-tag", route));
    }
  }

  @Test
  void knowsACallThatItHasTaken() throws Exception {
    start(new TestServer(folder, SlowServlet.class));
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      alice.send("INVITE", "sip:example.org", "call", 1, "<sip:example.org>");
      String tag = alice.receive().header("To").replaceAll(".*;tag=", "");
      assertThat(claims.isOfDialog(tag, "")).isTrue();
      assertThat(claims.isOfDialog(tag + "0", "")).isFalse();
      assertThat(claims.isOfDialog(tag.substring(0, tag.lastIndexOf('_')), "")).isFalse();
      assertThat(claims.isOfDialog("___", "")).isFalse();
    }
  }

  private static String answerTo(String nonce) {
    return new DigestChallenge(REALM, nonce, Optional.empty(), DigestAlgorithm.SHA_256, false)
        .answer("alice", "wrong", "REGISTER", "sip:example.org", "mine");
  }

  @Test
  void knowsWhatAnswersAChallengeOfItsOwn() throws Exception {
    Nonces nonces = new Nonces(Clock.systemUTC(), Duration.ofMinutes(5));
    start(
        new TestServer(folder, SlowServlet.class)
            .attribute(IssuedNonces.class, (IssuedNonces) nonces::isFresh));
    assertThat(claims.isProof(answerTo(nonces.issue(REALM)))).isTrue();
    assertThat(claims.isProof(answerTo(nonces.issue("other.example")))).isFalse();
    assertThat(claims.isProof(answerTo("made up"))).isFalse();
    assertThat(claims.isProof("Digest")).isFalse();
    assertThat(claims.isProof("")).isFalse();
  }

  @Test
  void oneChallengeBringsInNoFlood() throws Exception {
    Nonces nonces = new Nonces(Clock.systemUTC(), Duration.ofMinutes(5));
    start(
        new TestServer(folder, SlowServlet.class)
            .attribute(IssuedNonces.class, (IssuedNonces) nonces::isFresh));
    String proof = answerTo(nonces.issue(REALM));
    int in = 0;
    for (int i = 0; i < 100; i++) {
      in += claims.isProof(proof) ? 1 : 0;
    }
    // Eight in each ten seconds, of which two may have a part in this.
    assertThat(in).isBetween(8, 16);
  }

  @Test
  void believesAProofWhereNobodyCanTell() throws Exception {
    start(new TestServer(folder, SlowServlet.class));
    assertThat(claims.isProof(answerTo("anything"))).isTrue();
  }

  @Test
  void believesAProofThatMayBeForAnApplicationThatCannotTell() throws Exception {
    start(new TestServer(folder, SlowServlet.class));
    Nonces nonces = new Nonces(Clock.systemUTC(), Duration.ofMinutes(5));
    server.attribute(IssuedNonces.class, (IssuedNonces) nonces::isFresh);
    server.add(
        "/telling",
        """
        <sip-app><app-name>telling</app-name>
          <servlet-selection><main-servlet>main</main-servlet></servlet-selection>
          <servlet><servlet-name>main</servlet-name><servlet-class>%s</servlet-class></servlet>
        </sip-app>
        """
            .formatted(SlowServlet.class.getName()));
    assertThat(claims.isProof(answerTo(nonces.issue(REALM)))).isTrue();
    assertThat(claims.isProof(answerTo("of the other"))).isTrue();
  }
}
