package org.m2mx.tests.sipcontainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.m2mx.tests.wire.SipConnection;
import org.m2mx.tests.wire.SipMessage;

/** JSR 289 section 13: one application session with SIP and HTTP sessions in it. */
@ArquillianTest
@RunAsClient
class ConvergedIT {
  private static final int PORT = 5085;
  private static final String LOBBY =
      "http://127.0.0.1:%d/converged/lobby".formatted(SipEar.moved(8080));
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Keeps no cookies: sessions are found by their URLs. */
  private final HttpClient http = HttpClient.newHttpClient();

  private SipConnection sip;

  @Deployment(testable = false)
  static EnterpriseArchive application() {
    return SipEar.named("converged")
        .addAsModule(
            ShrinkWrap.create(WebArchive.class, "converged.war")
                .addClasses(RoomServlet.class, LobbyServlet.class)
                .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
                .addAsResource(SipEar.settings(PORT), "META-INF/microprofile-config.properties"));
  }

  @BeforeEach
  void connect() throws Exception {
    sip =
        SipConnection.open(
            new InetSocketAddress(InetAddress.getByName("::1"), SipEar.moved(PORT)),
            SipEar.certificate());
  }

  @AfterEach
  void disconnect() throws Exception {
    sip.close();
  }

  @Test
  void whatHttpStoresSipFindsInTheSameApplicationSession() throws Exception {
    Properties lobby = get(LOBBY + "?subject=tea");

    SipMessage room = ask("OPTIONS", lobby.getProperty("sip"), fresh());

    assertThat(room.header("X-Subject")).contains("tea");
    assertThat(room.header("X-Room")).contains(lobby.getProperty("room"));
    assertThat(room.header("X-Visitors")).contains(lobby.getProperty("session"));
  }

  @Test
  void aUrlThatSipMadeLeadsIntoTheApplicationSessionOfItsKey() throws Exception {
    String name = fresh();
    SipMessage room = ask("OPTIONS", "sip:example.org", name);

    Properties lobby = get(room.header("X-Lobby").orElseThrow() + "&subject=cake&key=" + name);

    assertThat(room.header("X-Room")).contains(lobby.getProperty("room"));
    assertThat(lobby.getProperty("by-key")).isEqualTo(lobby.getProperty("room"));
    SipMessage later = ask("OPTIONS", "sip:example.org", name);
    assertThat(later.header("X-Subject")).contains("cake");
    assertThat(later.header("X-Visitors")).contains(lobby.getProperty("session"));
  }

  @Test
  void anEncodedUrlFindsTheHttpSessionWithoutACookie() throws Exception {
    Properties first = get(LOBBY + "?subject=milk");
    String again = first.getProperty("again");
    assertThat(again).isEqualTo(LOBBY + ";jsessionid=" + first.getProperty("session") + "?floor=3");

    Properties second = get(again);

    assertThat(second.getProperty("session")).isEqualTo(first.getProperty("session"));
    assertThat(second.getProperty("room")).isEqualTo(first.getProperty("room"));
    assertThat(second.getProperty("subject")).isEqualTo("milk");
  }

  @Test
  void anHttpRequestSendsASipRequestWhoseAnswerItSees() throws Exception {
    SipMessage room = ask("OPTIONS", "sip:example.org", fresh());
    String again = get(room.header("X-Lobby").orElseThrow()).getProperty("again");

    int status = http.send(post(again), BodyHandlers.discarding()).statusCode();
    assertThat(status).isEqualTo(200);
    answer(sip.request("INFO"));

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(get(again).getProperty("answered")).isEqualTo("200"));
  }

  @Test
  void theHttpSessionsEndWithTheirApplicationSession() throws Exception {
    String name = fresh();
    SipMessage room = ask("OPTIONS", "sip:example.org", name);
    Properties before = get(room.header("X-Lobby").orElseThrow());

    assertThat(ask("MESSAGE", "sip:example.org", name).status()).isEqualTo(200);

    // A request that meets the end of its session fails, as the servlet finds the session invalid.
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Properties after = get(before.getProperty("again"));
              assertThat(after.getProperty("session")).isNotEqualTo(before.getProperty("session"));
              assertThat(after.getProperty("room")).isNotEqualTo(before.getProperty("room"));
            });
  }

  private static String fresh() {
    return "room-" + UUID.randomUUID();
  }

  private Properties get(String url) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Properties told = new Properties();
    told.load(new StringReader(answer.body()));
    return told;
  }

  private static HttpRequest post(String url) {
    return HttpRequest.newBuilder(URI.create(url))
        .POST(HttpRequest.BodyPublishers.noBody())
        .build();
  }

  private SipMessage ask(String method, String uri, String room) throws IOException {
    sip.send(
        """
        %1$s %2$s SIP/2.0
        Via: SIP/2.0/TLS %3$s;branch=z9hG4bK%4$s
        Max-Forwards: 70
        From: <sip:alice@example.org>;tag=1
        To: <sip:%5$s@example.org>
        Call-ID: %4$s
        CSeq: 1 %1$s
        Contact: <sip:alice@%3$s;transport=tls>
        X-Ask-At: %6$s
        Content-Length: 0

        """
            .formatted(method, uri, sip.localHostPort(), UUID.randomUUID(), room, LOBBY));
    return sip.finalResponse(method);
  }

  private void answer(SipMessage request) throws IOException {
    sip.send(
        """
        SIP/2.0 200 OK
        Via: %s
        From: %s
        To: %s;tag=2
        Call-ID: %s
        CSeq: %s
        Content-Length: 0

        """
            .formatted(
                request.header("Via").orElseThrow(),
                request.header("From").orElseThrow(),
                request.header("To").orElseThrow(),
                request.header("Call-ID").orElseThrow(),
                request.header("CSeq").orElseThrow()));
  }
}
