package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ServletException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.sipcontainer.digest.DigestAlgorithm;
import org.m2mx.sipcontainer.digest.DigestChallenge;
import org.m2mx.sipcontainer.security.SipCredentials;
import org.m2mx.sipcontainer.security.SipUser;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** JSR 289 section 17: who may call which servlet. */
class SecurityTest {
  private static final String REALM = "example.org";
  private static final String URI = "sip:example.org";
  private static final String TO = "<sip:example.org>";

  private static final Map<String, SipUser> USERS =
      Map.of(
          "alice", SipUser.of("alice", REALM, "secret of alice", Set.of("subscriber", "manager")),
          "bob", SipUser.of("bob", REALM, "secret of bob", Set.of("visitor")),
          "old",
              new SipUser(
                  "old",
                  Set.of("subscriber"),
                  Map.of(
                      DigestAlgorithm.MD5, DigestAlgorithm.MD5.ha1("old", REALM, "old secret"))));

  private static final SipCredentials CREDENTIALS =
      (name, realm) -> Optional.ofNullable(USERS.get(name)).filter(user -> realm.equals(REALM));

  @TempDir private Path folder;
  private TestServer server;
  private SipClient alice;
  private int cseq;

  @AfterEach
  void stop() throws Exception {
    if (alice != null) {
      alice.close();
    }
    if (server != null) {
      server.close();
    }
  }

  /** An application of one servlet with these constraints, and the roles there are. */
  private static String sipXml(Class<?> servlet, String constraints) {
    return """
        <sip-app><app-name>test</app-name>
          <servlet-selection><main-servlet>main</main-servlet></servlet-selection>
          <servlet><servlet-name>main</servlet-name><servlet-class>%s</servlet-class>
            <security-role-ref><role-name>boss</role-name><role-link>manager</role-link></security-role-ref>
          </servlet>
          %s
          <login-config><auth-method>DIGEST</auth-method><realm-name>example.org</realm-name></login-config>
          <security-role><role-name>subscriber</role-name></security-role>
          <security-role><role-name>manager</role-name></security-role>
        </sip-app>
        """
        .formatted(servlet.getName(), constraints);
  }

  private static String constraint(String methods, String rest) {
    return """
        <security-constraint>
          <resource-collection><resource-name>r</resource-name><servlet-name>main</servlet-name>%s</resource-collection>
          %s
        </security-constraint>
        """
        .formatted(methods, rest);
  }

  private static String subscribersOnly(String methods) {
    return constraint(
        methods, "<auth-constraint><role-name>subscriber</role-name></auth-constraint>");
  }

  private void start(String constraints) throws Exception {
    start(GuardedServlet.class, constraints);
  }

  private void start(Class<?> servlet, String constraints) throws Exception {
    server =
        new TestServer(folder, sipXml(servlet, constraints))
            .attribute(SipCredentials.class, CREDENTIALS)
            .set("sip.digest.algorithms", "SHA-512-256,SHA-256,MD5")
            .start();
    alice = server.tcp("alice", "127.0.0.1");
  }

  private Received ask(String method, String... more) throws Exception {
    alice.send(method, URI, "security-" + cseq, ++cseq, TO, more);
    return alice.receive();
  }

  private static DigestChallenge challenge(Received refusal, DigestAlgorithm algorithm) {
    return refusal
        .text()
        .lines()
        .filter(line -> line.matches("(WWW|Proxy)-Authenticate: .*"))
        .map(line -> DigestChallenge.parse(line.substring(line.indexOf(' ') + 1)).orElseThrow())
        .filter(challenge -> challenge.algorithm() == algorithm)
        .findFirst()
        .orElseThrow();
  }

  private static String proof(
      Received refusal, String user, String password, String method, DigestAlgorithm algorithm) {
    return "Authorization: "
        + challenge(refusal, algorithm).answer(user, password, method, URI, "mine");
  }

  @Test
  void challengesWithTheStrongestAlgorithmFirst() throws Exception {
    start(subscribersOnly(""));
    Received refusal = ask("REGISTER");
    assertThat(refusal.firstLine()).startsWith("SIP/2.0 401 ");
    List<String> challenges =
        refusal.text().lines().filter(line -> line.startsWith("WWW-Authenticate: ")).toList();
    assertThat(challenges).hasSize(3);
    assertThat(challenges.get(0))
        .contains("algorithm=SHA-512-256")
        .contains("realm=\"example.org\"");
    assertThat(challenges.get(1)).contains("algorithm=SHA-256");
    assertThat(challenges.get(2)).contains("algorithm=MD5");
  }

  @ParameterizedTest
  @EnumSource
  void letsAUserInWhoKnowsHisPassword(DigestAlgorithm algorithm) throws Exception {
    start(subscribersOnly(""));
    String proof = proof(ask("REGISTER"), "alice", "secret of alice", "REGISTER", algorithm);
    Received ok = ask("REGISTER", proof);
    assertThat(ok.firstLine()).isEqualTo("SIP/2.0 200 OK");
    assertThat(ok.header("X-User")).isEqualTo("alice");
    assertThat(ok.header("X-Principal")).isEqualTo("alice");
    assertThat(ok.header("X-Subscriber")).isEqualTo("true");
    assertThat(ok.header("X-Boss")).isEqualTo("true");
  }

  @Test
  void takesAProofOnce() throws Exception {
    start(subscribersOnly(""));
    Received refusal = ask("OPTIONS");
    String proof = proof(refusal, "alice", "secret of alice", "OPTIONS", DigestAlgorithm.SHA_256);
    assertThat(ask("OPTIONS", proof).firstLine()).isEqualTo("SIP/2.0 200 OK");
    Received again = ask("OPTIONS", proof);
    assertThat(again.firstLine()).startsWith("SIP/2.0 401 ");
    assertThat(challenge(again, DigestAlgorithm.SHA_256).stale()).isTrue();
  }

  @Test
  void answersAWrongPasswordAndAnUnknownUserAlike() throws Exception {
    start(subscribersOnly(""));
    for (String user : List.of("alice", "nobody")) {
      Received refusal =
          ask(
              "REGISTER",
              proof(ask("REGISTER"), user, "a guess", "REGISTER", DigestAlgorithm.SHA_256));
      assertThat(refusal.firstLine()).startsWith("SIP/2.0 401 ");
      assertThat(challenge(refusal, DigestAlgorithm.SHA_256).stale()).isFalse();
    }
  }

  @Test
  void takesNoAlgorithmThatTheUserHasNoHashOf() throws Exception {
    start(subscribersOnly(""));
    Received refusal = ask("REGISTER");
    assertThat(
            ask("REGISTER", proof(refusal, "old", "old secret", "REGISTER", DigestAlgorithm.MD5))
                .header("X-User"))
        .isEqualTo("old");
    assertThat(
            ask(
                    "REGISTER",
                    proof(refusal, "old", "old secret", "REGISTER", DigestAlgorithm.SHA_256))
                .firstLine())
        .startsWith("SIP/2.0 401 ");
  }

  @Test
  void aProofIsForOneMethodAndOneUri() throws Exception {
    start(subscribersOnly(""));
    Received refusal = ask("REGISTER");
    assertThat(
            ask(
                    "OPTIONS",
                    proof(refusal, "alice", "secret of alice", "REGISTER", DigestAlgorithm.SHA_256))
                .firstLine())
        .startsWith("SIP/2.0 401 ");
    String elsewhere =
        challenge(refusal, DigestAlgorithm.SHA_256)
            .answer("alice", "secret of alice", "REGISTER", "sip:other.example", "mine");
    assertThat(ask("REGISTER", "Authorization: " + elsewhere).firstLine())
        .startsWith("SIP/2.0 401 ");
  }

  @Test
  void refusesAUserWithoutTheRole() throws Exception {
    start(subscribersOnly(""));
    String proof =
        proof(ask("REGISTER"), "bob", "secret of bob", "REGISTER", DigestAlgorithm.SHA_256);
    assertThat(ask("REGISTER", proof).firstLine()).startsWith("SIP/2.0 403 ");
  }

  @Test
  void isAboutItsMethodsOnly() throws Exception {
    start(subscribersOnly("<sip-method>REGISTER</sip-method><sip-method>PUBLISH</sip-method>"));
    Received open = ask("OPTIONS");
    assertThat(open.firstLine()).isEqualTo("SIP/2.0 200 OK");
    assertThat(open.header("X-User")).isEqualTo("null");
    assertThat(open.header("X-Subscriber")).isEqualTo("false");
    assertThat(ask("PUBLISH", "Event: presence").firstLine()).startsWith("SIP/2.0 401 ");
  }

  @Test
  void letsNobodyInWhereNoRoleIsNamed() throws Exception {
    start(constraint("", "<auth-constraint/>"));
    assertThat(ask("OPTIONS").firstLine()).startsWith("SIP/2.0 403 ");
  }

  @Test
  void wantsTlsWhereTheConstraintDoes() throws Exception {
    start(
        constraint(
            "",
            "<user-data-constraint><transport-guarantee>CONFIDENTIAL</transport-guarantee></user-data-constraint>"));
    assertThat(ask("OPTIONS").firstLine()).startsWith("SIP/2.0 403 ");
    try (SipClient overTls = server.tls("alice", "127.0.0.1", "TLSv1.3")) {
      overTls.send("OPTIONS", URI, "tls", 1, TO);
      assertThat(overTls.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    }
  }

  @Test
  void leavesNoSessionOfWhomItDoesNotLetIn() throws Exception {
    start(subscribersOnly(""));
    assertThat(ask("REGISTER").firstLine()).startsWith("SIP/2.0 401 ");
    Eventually.is(
        () -> server.application().getSipManager().getActiveSipApplicationSessions() == 0);
  }

  @Test
  void guardsWhatAProxyPassesOnWithinADialogToo() throws Exception {
    start(
        ProxyServlet.class,
        constraint(
            "<sip-method>BYE</sip-method>",
            "<proxy-authentication/><auth-constraint><role-name>subscriber</role-name></auth-constraint>"));
    try (Target bob = new Target("bob")) {
      alice.send(
          "INVITE",
          "sip:bob@example.org",
          "guarded",
          1,
          "<sip:bob@example.org>",
          "X-Options: record-route",
          "X-Targets: " + bob.uri());
      bob.answer(bob.connection().receive(), "200 OK");
      Received ok = alice.receive();
      String route = "Route: " + ok.header("Record-Route");
      alice.send("ACK", bob.uri(), "guarded", 1, ok.header("To"), route);
      assertThat(bob.connection().receive().firstLine()).startsWith("ACK ");
      alice.send("BYE", bob.uri(), "guarded", 2, ok.header("To"), route);
      Received refusal = alice.receive();
      assertThat(refusal.firstLine()).startsWith("SIP/2.0 407 ");
      String proof =
          challenge(refusal, DigestAlgorithm.SHA_256)
              .answer("alice", "secret of alice", "BYE", bob.uri(), "mine");
      alice.send(
          "BYE", bob.uri(), "guarded", 3, ok.header("To"), route, "Proxy-Authorization: " + proof);
      Received bye = bob.connection().receive();
      assertThat(bye.header("CSeq")).isEqualTo("3 BYE");
      bob.answer(bye, "200 OK");
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    }
  }

  @Test
  void passesOnNoPrackOfWhomItDoesNotLetIn() throws Exception {
    start(
        ProxyServlet.class,
        constraint(
            "<sip-method>PRACK</sip-method>",
            "<proxy-authentication/><auth-constraint><role-name>subscriber</role-name></auth-constraint>"));
    try (Target bob = new Target("bob")) {
      alice.send(
          "INVITE",
          "sip:bob@example.org",
          "guarded",
          1,
          "<sip:bob@example.org>",
          "X-Options: record-route",
          "X-Targets: " + bob.uri());
      bob.answer(bob.connection().receive(), "183 Session Progress", "Require: 100rel", "RSeq: 1");
      Received progress = alice.receiveProvisional("183");
      String route = "Route: " + progress.header("Record-Route");
      String rack = "RAck: 1 1 INVITE";
      alice.send("PRACK", bob.uri(), "guarded", 2, progress.header("To"), route, rack);
      Received refusal = alice.receive();
      assertThat(refusal.firstLine()).startsWith("SIP/2.0 407 ");
      String proof =
          challenge(refusal, DigestAlgorithm.SHA_256)
              .answer("alice", "secret of alice", "PRACK", bob.uri(), "mine");
      alice.send(
          "PRACK",
          bob.uri(),
          "guarded",
          3,
          progress.header("To"),
          route,
          rack,
          "Proxy-Authorization: " + proof);
      Received prack = bob.connection().receive();
      assertThat(prack.header("CSeq")).isEqualTo("3 PRACK");
      bob.answer(prack, "200 OK");
      assertThat(alice.receive().header("CSeq")).isEqualTo("3 PRACK");
    }
  }

  @Test
  void doesNotStartWithoutKnowingAnyUser() throws Exception {
    assertThatThrownBy(
            () -> new TestServer(folder, sipXml(GuardedServlet.class, subscribersOnly(""))).start())
        .isInstanceOf(ServletException.class)
        .hasMessageContaining("add a CDI bean that implements " + SipCredentials.class.getName());
  }
}
