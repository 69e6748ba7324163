package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.sipcontainer.digest.DigestAlgorithm;
import org.m2mx.sipcontainer.digest.DigestChallenge;
import org.m2mx.sipcontainer.digest.DigestCredentials;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** JSR 289 section 17.1: an application that is challenged answers with what it knows. */
class ChallengedTest {
  @TempDir private Path folder;
  private TestServer server;
  private SipClient alice;
  private Target bob;

  @BeforeEach
  void start() throws Exception {
    CallerServlet.SEEN.clear();
    ChallengedServlet.REFUSED.clear();
    server = new TestServer(folder, ChallengedServlet.class).start();
    alice = server.tcp("alice", "127.0.0.1");
    bob = new Target("bob");
  }

  @AfterEach
  void stop() throws Exception {
    alice.close();
    bob.close();
    server.close();
  }

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

  /** Refuses as an end point; an INVITE is acknowledged. */
  private Received challenged(Received request, String status, String... challenges)
      throws Exception {
    bob.answer(request, status, challenges);
    Received next = bob.connection().receive();
    return next.firstLine().startsWith("ACK ") ? bob.connection().receive() : next;
  }

  private static String challenge(String header, String realm, DigestAlgorithm algorithm) {
    return header
        + ": "
        + new DigestChallenge(realm, "nonce of " + realm, Optional.of("kept"), algorithm, false)
            .text();
  }

  private static void proves(
      Received request, String header, String realm, String password, DigestAlgorithm algorithm) {
    DigestCredentials credentials =
        request
            .text()
            .lines()
            .filter(line -> line.startsWith(header + ": "))
            .map(line -> DigestCredentials.parse(line.substring(header.length() + 2)).orElseThrow())
            .filter(c -> c.realm().equals(realm))
            .findFirst()
            .orElseThrow();
    String[] line = request.firstLine().split(" ");
    assertThat(credentials.algorithm()).isEqualTo(algorithm);
    assertThat(credentials.uri()).isEqualTo(line[1]);
    assertThat(credentials.nonce()).isEqualTo("nonce of " + realm);
    assertThat(credentials.response())
        .isEqualTo(credentials.proof(algorithm.ha1("server", realm, password), line[0]));
    assertThat(request.text()).contains("opaque=\"kept\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INVITE", "REGISTER", "OPTIONS"})
  void sendsTheRequestAgainWithTheStrongestProofThatIsAskedFor(String method) throws Exception {
    Received first = order(method);
    Received second =
        challenged(
            first,
            "401 Unauthorized",
            challenge("WWW-Authenticate", "bob.example", DigestAlgorithm.MD5),
            challenge("WWW-Authenticate", "bob.example", DigestAlgorithm.SHA_256));
    proves(second, "Authorization", "bob.example", "for bob", DigestAlgorithm.SHA_256);
    assertThat(second.header("Call-ID")).isEqualTo(first.header("Call-ID"));
    assertThat(second.header("CSeq")).isEqualTo("2 " + method);
    bob.answer(second, "200 OK");
    Eventually.is(() -> CallerServlet.SEEN.contains(method + " 200"));
  }

  @Test
  void answersAProxyAndThenTheTarget() throws Exception {
    Received second =
        challenged(
            order("REGISTER"),
            "407 Proxy Authentication Required",
            challenge("Proxy-Authenticate", "edge.example", DigestAlgorithm.MD5));
    proves(second, "Proxy-Authorization", "edge.example", "for the edge", DigestAlgorithm.MD5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Digest realm=\"elsewhere.example\", nonce=\"n\", qop=\"auth\"",
        "Basic realm=\"bob.example\""
      })
  void saysWhyItCannotAnswer(String challenge) throws Exception {
    bob.answer(order("OPTIONS"), "401 Unauthorized", "WWW-Authenticate: " + challenge);
    Eventually.is(() -> ChallengedServlet.REFUSED.size() == 1);
    assertThat(ChallengedServlet.REFUSED.peek())
        .containsAnyOf("no password is known for the realm elsewhere.example", "no challenge");
  }
}
