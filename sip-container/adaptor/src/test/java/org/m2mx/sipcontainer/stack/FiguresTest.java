package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tag;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.metrics.SipFigure;

/** What meters tell of a server at work. */
class FiguresTest {
  private static final int MOST_CONNECTIONS = 6;

  @TempDir private Path folder;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        new TestServer(folder, SlowServlet.class)
            .set("sip.max-connections-per-source", Integer.toString(MOST_CONNECTIONS))
            .start();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static void ask(SipClient client, String method, String callId) throws Exception {
    client.send(method, "sip:example.org", callId, 1, "<sip:example.org>");
    assertThat(client.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
  }

  private void becomes(double value, SipFigure figure, String... tags) throws Exception {
    Eventually.is(() -> server.figure(figure, tags) == value);
  }

  @Test
  void countMessagesAndTellWhatTheyTook() throws Exception {
    try (SipClient alice = server.tls("alice", "127.0.0.1", "TLSv1.3");
        SipClient bob = server.connect("bob", Transport.UDP, "127.0.0.1")) {
      ask(alice, "OPTIONS", "one");
      ask(bob, "OPTIONS", "two");
      ask(bob, "NONESUCH", "three");
      alice.writeRaw(
          """
          SIP/2.0 200 OK
          Via: SIP/2.0/TLS 127.0.0.1:%d;branch=z9hG4bKnobodys
          From: <sip:a@example.org>;tag=1
          To: <sip:b@example.org>;tag=2
          Call-ID: nobodys
          CSeq: 1 OPTIONS
          Content-Length: 0

          OPTIONS sip:example.org SIP/2.0
          Content-Length: 0

          OPTIONS sip:half"""
              .formatted(server.tlsPort())
              .replace("\n", "\r\n"));

      becomes(1, SipFigure.REQUESTS, "direction", "in", "transport", "TLS", "method", "OPTIONS");
      becomes(1, SipFigure.REQUESTS, "direction", "in", "transport", "UDP", "method", "OPTIONS");
      becomes(1, SipFigure.REQUESTS, "direction", "in", "transport", "UDP", "method", "OTHER");
      becomes(3, SipFigure.RESPONSES, "direction", "out", "status", "2xx");
      becomes(1, SipFigure.RESPONSES, "direction", "in", "status", "2xx", "method", "OPTIONS");
      becomes(1, SipFigure.FOREIGN, "transport", "TLS");
      becomes(1, SipFigure.MALFORMED, "transport", "TLS");
      becomes(2, SipFigure.PROCESSING, "message", "request", "method", "OPTIONS");
      Eventually.is(() -> server.figure(SipFigure.TRANSACTIONS, "kind", "completed") > 0);
      Eventually.is(() -> server.figure(SipFigure.PARTIAL) > 0);
      becomes(0, SipFigure.QUEUE_LENGTH);
      assertThat(server.figure(SipFigure.QUEUE_DELAY)).isNotNegative();
      assertThat(server.figure(SipFigure.THREADS)).isPositive();
      assertThat(server.figure(SipFigure.SHED)).isZero();
    }
  }

  @Test
  void countConnectionsAndHandshakes() throws Exception {
    try (SipClient alice = server.tls("alice", "127.0.0.1", "TLSv1.3");
        Socket nonsense = new Socket("127.0.0.1", server.tlsPort())) {
      ask(alice, "OPTIONS", "one");
      becomes(1, SipFigure.HANDSHAKES, "transport", "TLS", "result", "success");
      assertThat(server.figure(SipFigure.CONNECTIONS, "transport", "TLS")).isPositive();
      nonsense.getOutputStream().write("OPTIONS sip:example.org SIP/2.0\r\n\r\n".getBytes());
      becomes(1, SipFigure.HANDSHAKES, "transport", "TLS", "result", "protocol");
      new Socket("127.0.0.1", server.tlsPort()).close();
      becomes(1, SipFigure.HANDSHAKES, "transport", "TLS", "result", "closed");
      List<Socket> many = new ArrayList<>();
      for (int i = 0; i <= MOST_CONNECTIONS; i++) {
        many.add(new Socket("127.0.0.1", server.port()));
      }
      Eventually.is(() -> server.figure(SipFigure.SHED, "kind", "connection") > 0);
      for (Socket socket : many) {
        socket.close();
      }
      assertThat(server.figure(SipFigure.CERTIFICATE_EXPIRY))
          .isGreaterThan(Instant.now().getEpochSecond());
    }
  }

  @Test
  void tellWhatACallTakes() throws Exception {
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      ask(alice, "INVITE", "call");
      assertThat(server.figure(SipFigure.TRANSACTIONS, "kind", "server")).isNotNegative();
      assertThat(server.figure(SipFigure.TRANSACTIONS, "kind", "client")).isZero();
      assertThat(server.figure(SipFigure.SESSIONS, "kind", "sip")).isPositive();
      assertThat(server.figure(SipFigure.SESSIONS, "kind", "application")).isPositive();
      assertThat(server.figure(SipFigure.TIMERS)).isPositive();
    }
  }

  /** Registries that know meters of one name by their tags take no two that have others. */
  @Test
  void areWhatTheyAreSaidToBe() throws Exception {
    try (SipClient alice = server.tls("alice", "127.0.0.1", "TLSv1.3")) {
      ask(alice, "OPTIONS", "one");
      becomes(1, SipFigure.PROCESSING);
    }
    Map<String, SipFigure> figures =
        Arrays.stream(SipFigure.values())
            .collect(Collectors.toMap(SipFigure::meter, Function.identity()));
    SoftAssertions all = new SoftAssertions();
    server
        .meters()
        .forEach(
            meter -> {
              SipFigure figure = figures.get(meter.getId().getName());
              all.assertThat(figure).as(meter.getId().toString()).isNotNull();
              all.assertThat(meter.getId().getTags())
                  .extracting(Tag::getKey)
                  .containsExactlyInAnyOrderElementsOf(figure.tags());
              all.assertThat(meter.getId().getType()).isEqualTo(figure.type());
              all.assertThat(meter.getId().getDescription()).isEqualTo(figure.meaning());
            });
    all.assertAll();
  }

  @Test
  void goWithTheServer() {
    TestServer stopped = server;
    assertThat(stopped.meters()).isNotEmpty();
    server = null;
    stopped.close();
    assertThat(stopped.meters()).isEmpty();
  }
}
