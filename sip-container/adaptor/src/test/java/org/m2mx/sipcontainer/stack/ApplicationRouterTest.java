package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.UUID;
import javax.servlet.sip.ar.SipApplicationRouterInfo;
import javax.servlet.sip.ar.SipApplicationRoutingDirective;
import javax.servlet.sip.ar.SipApplicationRoutingRegion;
import javax.servlet.sip.ar.SipRouteModifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.sipcontainer.config.InvalidSettingException;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.stack.SipClient.Received;
import org.m2mx.sipcontainer.stack.composition.AnsweringServlet;
import org.m2mx.sipcontainer.stack.composition.ByUserProvider;
import org.m2mx.sipcontainer.stack.composition.ScreeningServlet;

/** JSR 289 section 15: who serves a request, by a file and by a router of one's own. */
class ApplicationRouterTest {
  private static final String BOTH =
      """
      MESSAGE: ("screening", "DAR:From", "ORIGINATING", "", "NO_ROUTE", "0"),
               ("absent", "DAR:From", "ORIGINATING", "", "NO_ROUTE", "1"),
               ("answering", "DAR:To", "TERMINATING", "", "NO_ROUTE", "2")
      """;

  @TempDir private Path folder;
  private TestServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static String sipXml(String name, Class<?> servlet) {
    return """
    <sip-app><app-name>%1$s</app-name>
      <servlet-selection><main-servlet>main</main-servlet></servlet-selection>
      <servlet><servlet-name>main</servlet-name><servlet-class>%2$s</servlet-class></servlet>
    </sip-app>
    """
        .formatted(name, servlet.getName());
  }

  private TestServer server() throws Exception {
    return new TestServer(folder, sipXml("answering", AnsweringServlet.class));
  }

  private void startBoth(TestServer prepared) throws Exception {
    server = prepared.start();
    server.add("/screening", sipXml("screening", ScreeningServlet.class));
  }

  private Path file(String content) throws Exception {
    return Files.writeString(folder.resolve("routes"), content);
  }

  private Received ask(String method, String uri) throws Exception {
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      alice.send(method, uri, "router-" + UUID.randomUUID(), 1, "<" + uri + ">");
      return alice.receive();
    }
  }

  @Test
  void applicationsServeARequestInTheOrderOfTheFile() throws Exception {
    startBoth(server().set("sip.application-router.file", file(BOTH).toString()));

    Received answer = ask("MESSAGE", "sip:bob@example.org");

    assertThat(answer.firstLine()).startsWith("SIP/2.0 200 ");
    assertThat(answer.headers("X-Through")).containsExactly("/screening", "/test");
    assertThat(answer.headers("X-Subscriber"))
        .containsExactly("sip:alice@example.org", "sip:bob@example.org");
    assertThat(answer.headers("X-Region")).containsExactly("ORIGINATING", "TERMINATING");
  }

  @Test
  void applicationsServeARequestTogetherThatCameOverTls() throws Exception {
    startBoth(server().set("sip.application-router.file", file(BOTH).toString()));
    try (SipClient alice = server.tls("alice", "127.0.0.1", "TLSv1.3")) {
      alice.send(
          "MESSAGE",
          "sip:bob@example.org",
          "router-" + UUID.randomUUID(),
          1,
          "<sip:bob@example.org>");
      assertThat(alice.receive().headers("X-Through")).containsExactly("/screening", "/test");
    }
  }

  @Test
  void applicationsShareADialog() throws Exception {
    startBoth(
        server()
            .set(
                "sip.application-router.file", file(BOTH.replace("MESSAGE", "INVITE")).toString()));
    String call = "router-" + UUID.randomUUID();
    String bob = "sip:bob@example.org";
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      alice.send("INVITE", bob, call, 1, "<" + bob + ">");
      Received accepted = alice.receive();
      assertThat(accepted.headers("X-Through")).containsExactly("/screening", "/test");
      String contact = accepted.header("Contact").replaceAll("^.*<|>.*$", "");
      String[] routes =
          accepted.headers("Record-Route").stream()
              .map(route -> "Route: " + route)
              .toArray(String[]::new);
      Collections.reverse(Arrays.asList(routes));
      alice.send("ACK", contact, call, 1, accepted.header("To"), routes);

      alice.send("BYE", contact, call, 2, accepted.header("To"), routes);

      Received ended = alice.receive();
      assertThat(ended.firstLine()).startsWith("SIP/2.0 200 ");
      assertThat(ended.headers("X-Through")).containsExactly("/screening", "/test");
    }
  }

  /** With TLS the server must trust itself. */
  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"TLS", "WS", "WSS"})
  void oneTransportIsEnough(Transport transport) throws Exception {
    TestServer prepared = server().start();
    prepared.close();
    startBoth(
        prepared
            .set("sip.application-router.file", file(BOTH).toString())
            .set("sip.listen", transport.parameter() + "://127.0.0.1:" + prepared.port(transport))
            .set("sip.tls.trust", folder.resolve("certificate.pem").toString()));
    try (SipClient alice =
        transport == Transport.TLS
            ? server.tls("alice", "127.0.0.1", "TLSv1.3")
            : server.webSocket("alice", transport, "127.0.0.1")) {
      alice.send(
          "MESSAGE",
          "sip:bob@example.org",
          "router-" + UUID.randomUUID(),
          1,
          "<sip:bob@example.org>");
      assertThat(alice.receive().headers("X-Through")).containsExactly("/screening", "/test");
    }
  }

  @Test
  void whatTheFileHasNoApplicationForIsNotSentOn() throws Exception {
    startBoth(server().set("sip.application-router.file", file(BOTH).toString()));
    try (Target elsewhere = new Target("elsewhere")) {
      assertThat(ask("OPTIONS", elsewhere.uri()).firstLine()).startsWith("SIP/2.0 404 ");
      assertThat(elsewhere.isReached()).isFalse();
    }
  }

  @Test
  void whatAnApplicationBeginsItselfGoesOnBehindItsPlace() throws Exception {
    startBoth(
        server()
            .set(
                "sip.application-router.file",
                file(BOTH
                        + """
                            OPTIONS: ("screening", "DAR:From", "ORIGINATING", "", "NO_ROUTE", "0")
                            """)
                    .toString()));

    Received answer = ask("OPTIONS", "sip:bob@example.org");

    assertThat(answer.firstLine()).startsWith("SIP/2.0 200 ");
    assertThat(answer.headers("X-Through")).containsExactly("/test");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | ;lr",
        "`` | ``",
        "(\"screening\", \"DAR:From\", \"ORIGINATING\", \"\", \"NO_ROUTE\", \"0\"), | ;lr",
        "(\"screening\", \"DAR:From\", \"ORIGINATING\", \"\", \"NO_ROUTE\", \"0\"), | ``"
      })
  void aRouteOfTheFileIsTaken(String before, String parameter) throws Exception {
    try (Target elsewhere = new Target("elsewhere")) {
      String last =
          "(\"answering\", \"DAR:To\", \"TERMINATING\", \"%s\", \"ROUTE\", \"1\")"
              .formatted(elsewhere.uri() + parameter);
      startBoth(
          server()
              .set("sip.application-router.file", file("MESSAGE: " + before + last).toString()));
      try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
        alice.send("MESSAGE", "sip:bob@example.net", "routed", 1, "<sip:bob@example.net>");
        Received message = elsewhere.connection().receive();
        assertThat(message.firstLine()).isEqualTo("MESSAGE sip:bob@example.net SIP/2.0");
        assertThat(message.headers("Route")).containsExactly("<" + elsewhere.uri() + ";lr>");
        assertThat(message.headers("X-Through")).hasSize(before.isEmpty() ? 0 : 1);
        elsewhere.answer(message, "200 OK");
        assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
      }
    }
  }

  @Test
  void aRouteOfTheFileIsNotTakenInPlaceOfAFlow() throws Exception {
    try (Target elsewhere = new Target("elsewhere")) {
      server =
          new TestServer(folder, sipXml("relay", RelayServlet.class))
              .set(
                  "sip.application-router.file",
                  file("""
                          REGISTER: ("relay", "DAR:From", "ORIGINATING", "", "NO_ROUTE", "0")
                          INVITE: ("relay", "DAR:From", "ORIGINATING", "", "NO_ROUTE", "0"),
                                  ("answering", "DAR:To", "TERMINATING", "%s", "ROUTE", "1")
                          """
                          .formatted(elsewhere.uri()))
                      .toString())
              .start();
      server.add("/answering", sipXml("answering", AnsweringServlet.class));
      try (SipClient alice = server.tcp("alice", "127.0.0.1");
          SipClient bob = server.tcp("bob", "127.0.0.1")) {
        Call.register(bob, "bob");
        Call.establish(alice, bob);
        assertThat(elsewhere.isReached()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tel:+4930123", "<mailto:bob@example.org>", "sip:", ""})
  void aRouteOfARouterThatIsNoSipUriIsNamed(String route) {
    RouteTaker taker =
        new RouteTaker(
            new ByUserProvider() {
              @Override
              protected SipApplicationRouterInfo chosen(String user) {
                return new SipApplicationRouterInfo(
                    null,
                    SipApplicationRoutingRegion.NEUTRAL_REGION,
                    null,
                    new String[] {route},
                    SipRouteModifier.ROUTE,
                    null);
              }
            }.getSipApplicationRouter(),
            any -> true);

    assertThatThrownBy(
            () ->
                taker.getNextApplication(
                    null, null, SipApplicationRoutingDirective.CONTINUE, null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the application router names the route '%s', which is no SIP URI".formatted(route));
  }

  @Test
  void whatComesWhenTheLastApplicationHasGoneIsNotSentOn() throws Exception {
    server = server().start();
    server.container().remove(server.application());
    try (Target elsewhere = new Target("elsewhere")) {
      assertThat(ask("MESSAGE", elsewhere.uri()).firstLine()).startsWith("SIP/2.0 404 ");
      assertThat(elsewhere.isReached()).isFalse();
    }
  }

  @Test
  void theFileIsReadAgainWhenAnApplicationComes() throws Exception {
    Path routes =
        file("MESSAGE: (\"answering\", \"DAR:To\", \"NEUTRAL\", \"\", \"NO_ROUTE\", \"\")");
    server = server().set("sip.application-router.file", routes.toString()).start();
    assertThat(ask("MESSAGE", "sip:bob@example.org").headers("X-Through")).containsExactly("/test");

    file(BOTH);
    server.add("/screening", sipXml("screening", ScreeningServlet.class));

    assertThat(ask("MESSAGE", "sip:bob@example.org").headers("X-Through"))
        .containsExactly("/screening", "/test");
  }

  @Test
  void aMistakeInTheFileIsNamedWithItsPlace() throws Exception {
    Path routes = file("MESSAGE: (\"answering\", \"DAR:To\", \"NEUTRAL\", \"\", \"\", \"\")");
    TestServer broken = server().set("sip.application-router.file", routes.toString());

    assertThatThrownBy(broken::start)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage(
            "sip.application-router.file=%1$s: %1$s line 1, column 49: the route modifier is '',"
                + " choose ROUTE or NO_ROUTE",
            routes);
  }

  @Test
  void aFileThatIsNotThereIsNamed() throws Exception {
    TestServer broken = server().set("sip.application-router.file", "/nowhere/routes");

    assertThatThrownBy(broken::start)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("sip.application-router.file=/nowhere/routes: cannot be read: ");
  }

  @Test
  void aRouterOfOnesOwnDecides() throws Exception {
    startBoth(server().set("sip.application-router.provider", ByUserProvider.class.getName()));

    Received answer = ask("MESSAGE", "sip:answering@example.org");

    assertThat(answer.headers("X-Through")).containsExactly("/test");
    assertThat(answer.headers("X-Subscriber")).containsExactly("sip:router@example.org");
  }

  @Test
  void aRouterThatIsNoneIsNamed() throws Exception {
    TestServer broken = server().set("sip.application-router.provider", "java.lang.String");

    assertThatThrownBy(broken::start)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("sip.application-router.provider=java.lang.String: expected a class");
  }
}
