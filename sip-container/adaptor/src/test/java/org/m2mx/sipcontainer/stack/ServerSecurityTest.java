package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ServletException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.digest.DigestChallenge;
import org.m2mx.sipcontainer.security.SipCredentials;
import org.m2mx.sipcontainer.security.SipUser;
import org.m2mx.sipcontainer.stack.SipClient.Received;
import org.wildfly.security.auth.server.SecurityDomain;
import org.wildfly.security.auth.server.SecurityRealm;

/** JSR 289 sections 17.2 and 17.3: whom a servlet acts for when it calls enterprise beans. */
class ServerSecurityTest {
  private static final String REALM = "example.org";
  private static final SipCredentials CREDENTIALS =
      (name, realm) -> Optional.of(SipUser.of(name, realm, "secret", Set.of("subscriber")));

  private final ClassLoader application = Thread.currentThread().getContextClassLoader();
  @TempDir private Path folder;
  private TestServer server;

  @AfterEach
  void stop() {
    SecurityDomain.unregisterClassLoader(application);
    if (server != null) {
      server.close();
    }
  }

  /** As WildFly does with a web application that has a security domain. */
  private void secure() {
    SecurityDomain.builder()
        .addRealm("users", SecurityRealm.EMPTY_REALM)
        .build()
        .setDefaultRealmName("users")
        .build()
        .registerWithClassLoader(application);
  }

  private void start(String inServlet) throws Exception {
    start(inServlet, "");
  }

  private void start(String inServlet, String more) throws Exception {
    server =
        new TestServer(
                folder,
                """
                <sip-app><app-name>test</app-name>
                  <servlet-selection><main-servlet>main</main-servlet></servlet-selection>
                  <servlet><servlet-name>main</servlet-name><servlet-class>%s</servlet-class>%s</servlet>
                  <security-constraint>
                    <resource-collection><servlet-name>main</servlet-name><sip-method>REGISTER</sip-method></resource-collection>
                    <auth-constraint><role-name>subscriber</role-name></auth-constraint>
                  </security-constraint>
                  <login-config><auth-method>DIGEST</auth-method><realm-name>example.org</realm-name></login-config>
                  <security-role><role-name>subscriber</role-name></security-role>
                  <security-role><role-name>clerk</role-name></security-role>
                  %s
                </sip-app>
                """
                    .formatted(IdentityServlet.class.getName(), inServlet, more))
            .attribute(SipCredentials.class, CREDENTIALS);
    server.start();
  }

  private Received ask(SipClient client, String method, int cseq, String... more) throws Exception {
    client.send(method, "sip:" + REALM, method, cseq, "<sip:alice@example.org>", more);
    return client.receive();
  }

  private Received register(SipClient client, String... more) throws Exception {
    DigestChallenge challenge =
        ask(client, "REGISTER", 1)
            .text()
            .lines()
            .filter(line -> line.startsWith("WWW-Authenticate: "))
            .flatMap(line -> DigestChallenge.parse(line.substring(line.indexOf(' ') + 1)).stream())
            .findFirst()
            .orElseThrow();
    String proof = challenge.answer("alice", "secret", "REGISTER", "sip:" + REALM, "mine");
    return ask(
        client,
        "REGISTER",
        2,
        Stream.concat(Stream.of("Authorization: " + proof), Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  void isTheCallerNowAndWhenAServletGoesOn() throws Exception {
    secure();
    start("");
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      Received answer = register(alice);
      assertThat(answer.header("X-Now")).isEqualTo("alice subscriber");
      assertThat(answer.header("X-Later")).isEqualTo("alice subscriber");
    }
  }

  @Test
  void isNobodyWhereNobodyWasAsked() throws Exception {
    secure();
    start("");
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      register(alice);
      Received answer = ask(alice, "OPTIONS", 3);
      assertThat(answer.header("X-Now")).isEqualTo("anonymous");
      assertThat(answer.header("X-Later")).isEqualTo("anonymous");
    }
  }

  @Test
  void isNobodyWithTheRoleThatTheServletRunsAs() throws Exception {
    secure();
    start("<run-as><role-name>clerk</role-name></run-as>");
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      assertThat(ask(alice, "OPTIONS", 1).header("X-Now")).isEqualTo("anonymous clerk");
      Received answer = register(alice);
      assertThat(answer.header("X-Now")).isEqualTo("anonymous clerk");
      assertThat(answer.header("X-Later")).isEqualTo("anonymous clerk");
    }
  }

  private static String listener(Class<?> type) {
    return "<listener><listener-class>%s</listener-class></listener>".formatted(type.getName());
  }

  @Test
  void isNobodyInATimerWhichMayGoOnAsWhoSetIt() throws Exception {
    secure();
    start("", listener(IdentityServlet.Timer.class));
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      Received answer = register(alice, "X-Wait: yes");
      assertThat(answer.header("X-Now")).isEqualTo("alice subscriber");
      assertThat(answer.header("X-Timer")).isEqualTo("anonymous");
      assertThat(answer.header("X-Later")).isEqualTo("alice subscriber");
    }
  }

  @Test
  void isNobodyWithTheRoleThatAListenerRunsAs() throws Exception {
    secure();
    start("", listener(IdentityServlet.ClerksTimer.class));
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      Received answer = register(alice, "X-Wait: yes");
      assertThat(answer.header("X-Now")).isEqualTo("alice subscriber");
      assertThat(answer.header("X-Timer")).isEqualTo("anonymous clerk");
    }
  }

  @Test
  void runsAsItsRoleInAllThatAServletIs() throws Exception {
    secure();
    server = new TestServer(folder, null, IdentityServlet.Clerk.class).start();
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      Received answer = ask(alice, "OPTIONS", 1, "X-Wait: yes");
      assertThat(answer.header("X-Now")).isEqualTo("anonymous clerk");
      assertThat(answer.header("X-Timer")).isEqualTo("anonymous clerk");
      assertThat(answer.header("X-Later")).isEqualTo("anonymous clerk");
    }
  }

  @Test
  void aListenerThatRunsAsARoleDoesNotStartWhereNobodyCanBeTold() {
    assertThatThrownBy(() -> start("", listener(IdentityServlet.ClerksTimer.class)))
        .isInstanceOf(ServletException.class)
        .hasMessageContaining("ClerksTimer runs as clerk, which this server cannot be told");
    server = null;
  }

  @Test
  void aServletThatRunsAsARoleDoesNotStartWhereNobodyCanBeTold() {
    assertThatThrownBy(() -> start("<run-as><role-name>clerk</role-name></run-as>"))
        .isInstanceOf(ServletException.class)
        .hasMessageContaining("main runs as clerk, which this server cannot be told");
    server = null;
  }
}
