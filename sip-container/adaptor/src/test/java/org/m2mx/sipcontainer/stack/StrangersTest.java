package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.servlet.sip.Proxy;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/**
 * Whatever strangers send, and whatever comes late or again, is no error of the server's: none of
 * it is answered 500 or stands in the log as an error, and no warning is longer than a line.
 */
class StrangersTest {
  private static final Path TORTURE = Path.of("src", "test", "resources", "rfc4475");
  private static final String CALLEE = "<sip:bob@example.org>";
  private static final String NOWHERE = "X-Target: sip:bob@127.0.0.1:9";
  private static final List<String> METHODS =
      List.of(
          "INVITE",
          "BYE",
          "INFO",
          "UPDATE",
          "PRACK",
          "SUBSCRIBE",
          "NOTIFY",
          "REFER",
          "MESSAGE",
          "OPTIONS",
          "REGISTER",
          "PUBLISH",
          "ACK",
          "CANCEL",
          "FOO");
  private static final List<String> SOME_METHODS = List.of("INVITE", "BYE", "SUBSCRIBE", "FOO");
  private static final List<String> URIS =
      List.of(
          "sip:bob@example.org",
          "sip:127.0.0.1:%1$d",
          "sip:bob@127.0.0.1:9",
          "sip:bob@127.0.0.1:9;proxy=true;appname=x;app_id=y",
          "sip:bob@127.0.0.1:9;appname=x",
          "sip:bob@[::1]:9;transport=tls",
          "tel:+123",
          "sips:bob@example.org");
  private static final List<String> TOS =
      List.of(CALLEE, CALLEE + ";tag=unknown", CALLEE + ";tag=1_2_3_4", "<tel:+123>;tag=1");
  private static final List<String> HEADERS =
      List.of(
          "Max-Forwards: 0",
          "Max-Forwards: x",
          "Require: time-travel",
          "Proxy-Require: time-travel",
          "Contact: nowhere",
          "Contact: *",
          "Route: <sip:127.0.0.1:%1$d;lr>",
          "Route: <sip:127.0.0.1:%1$d;transport=tcp;lr>",
          "Route: <sip:127.0.0.1:%1$d;transport=tcp;lr;proxy=true>",
          "Route: <sip:127.0.0.1:%1$d;transport=tcp;lr;appname=x;app_id=y;proxy=true>",
          "Route: <sip:127.0.0.1:%1$d;transport=udp;lr;appname=x;app_id=y;proxy=true>",
          "Route: <sip:example.org;lr>",
          "Route: <sip:1.127-0-0-1.9.flow.invalid;lr>",
          "Route: <tel:+1>",
          "Route: nonsense",
          "Record-Route: nonsense",
          "Record-Route: <sip:127.0.0.1:%1$d;lr;appname=x>",
          "Path: nonsense",
          "Replaces: x;to-tag=1;from-tag=2",
          "Replaces: nonsense;",
          "Join: x;to-tag=1;from-tag=2",
          "Join: ;",
          "Authorization: Digest x",
          "Proxy-Authorization: Basic x",
          "Session-Expires: -1",
          "Session-Expires: 10\r\nMin-SE: x",
          "RAck: 1 1 INVITE",
          "RAck: x",
          "RSeq: x",
          "Event: ;",
          "Subscription-State: x;expires=y",
          "Expires: 99999999999",
          "Supported: 100rel,timer,path,outbound",
          "P-Asserted-Identity: x",
          "Date: x",
          "Content-Type: x",
          "Via: SIP/2.0/UDP 127.0.0.1:%1$d;branch=z9hG4bKown",
          "Via: x",
          "CSeq: 5 BYE",
          "From: <sip:c@example.org>",
          "To: <sip:d@example.org>;tag=",
          "Call-ID: ");

  @TempDir private Path folder;
  private final List<LogRecord> records = Collections.synchronizedList(new ArrayList<>());
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
            records.add(entry);
          }
        }

        @Override
        public void flush() {
          // Nothing is held back.
        }

        @Override
        public void close() {
          // Nothing is open.
        }
      };

  @BeforeEach
  void listen() {
    Logger.getLogger("").addHandler(handler);
  }

  @AfterEach
  void leave() {
    Logger.getLogger("").removeHandler(handler);
  }

  /** Passes on what it can. */
  public static final class Relay extends SipServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doRequest(SipServletRequest request) throws ServletException, IOException {
      if (request.isInitial() && !request.getMethod().equals("CANCEL")) {
        SipFactory factory = (SipFactory) getServletContext().getAttribute(SIP_FACTORY);
        String target = request.getHeader("X-Target");
        Proxy proxy = request.getProxy();
        proxy.setRecordRoute(true);
        proxy.setSupervised(true);
        proxy.proxyTo(factory.createURI(target == null ? "sip:bob@127.0.0.1:9" : target));
      }
    }
  }

  /** Accepts everything. */
  public static final class Callee extends SipServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doRequest(SipServletRequest request) throws ServletException, IOException {
      if (request.getMethod().equals("ACK") || request.getMethod().equals("CANCEL")) {
        return;
      }
      if (request.getMethod().equals("INVITE") && request.isInitial()) {
        request.createResponse(SipServletResponse.SC_RINGING).send();
      }
      SipServletResponse ok = request.createResponse(SipServletResponse.SC_OK);
      ok.setExpires(60);
      ok.send();
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Relay.class, Callee.class})
  void causeNoErrors(Class<? extends SipServlet> application) throws Exception {
    try (TestServer server = new TestServer(folder, application).start()) {
      for (Transport transport : List.of(Transport.TCP, Transport.UDP)) {
        for (String method : transport == Transport.TCP ? METHODS : SOME_METHODS) {
          sendRequests(server, transport, method);
        }
        sendResponses(server, transport);
        sendTorture(server, transport);
      }
      for (int i = 0; i < 5; i++) {
        try (SipClient alice = server.tcp("alice", "127.0.0.1");
            Target bob = new Target("bob")) {
          misbehaveWithinACall(alice, bob, application == Relay.class, new Random(i));
        }
      }
      try (SipClient next = server.tcp("next", "127.0.0.1")) {
        readUntilAnswered(next);
      }
      assertThat(List.copyOf(records))
          .allSatisfy(
              entry -> {
                assertThat(entry.getLevel()).as(entry.getMessage()).isEqualTo(Level.WARNING);
                assertThat(entry.getThrown()).as(entry.getMessage()).isNull();
                assertThat(entry.getMessage()).doesNotContain("\n");
              });
    }
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }

  private static void sendRequests(TestServer server, Transport transport, String method)
      throws Exception {
    int port = server.port();
    try (SipClient eve = server.connect("eve", transport, "127.0.0.1")) {
      for (String to : TOS) {
        for (String uri : URIS) {
          String own = "Route: <sip:127.0.0.1:%d;transport=tcp;lr>".formatted(port);
          eve.send(method, uri.formatted(port), id(), 1, to, NOWHERE);
          eve.send(method, uri.formatted(port), id(), 1, to, NOWHERE, own);
        }
      }
      for (String to : TOS.subList(0, 2)) {
        for (String header : HEADERS) {
          eve.send(method, "sip:b@example.org", id(), 1, to, header.formatted(port), NOWHERE);
        }
      }
      String branch = "z9hG4bK" + id();
      String callId = id();
      for (int i = 0; i < 3; i++) {
        String tagged = CALLEE + ";tag=x";
        eve.sendWithBranch(branch, method, "sip:b@example.org", callId, 1, CALLEE, NOWHERE);
        eve.sendWithBranch(branch, "CANCEL", "sip:b@example.org", callId, 1, CALLEE);
        eve.sendWithBranch(branch, "ACK", "sip:b@example.org", callId, 1, tagged);
      }
      if (transport == Transport.TCP) {
        readUntilAnswered(eve);
      }
    }
  }

  /** Reads what comes up to the answer to a last request. */
  private static void readUntilAnswered(SipClient client) throws Exception {
    String last = id();
    client.send("OPTIONS", "sip:last@example.org", last, 1, "<sip:last@example.org>", NOWHERE);
    Received received;
    do {
      received = client.receive();
      assertThat(received.firstLine()).as(received.text()).doesNotStartWith("SIP/2.0 500");
    } while (!last.equals(received.header("Call-ID")));
  }

  private static void sendResponses(TestServer server, Transport transport) throws Exception {
    try (SipClient eve = server.connect("eve", transport, "127.0.0.1")) {
      for (int status : new int[] {100, 180, 200, 302, 401, 487, 503, 699, 999}) {
        for (String method : METHODS) {
          eve.writeRaw(
              """
              SIP/2.0 %d Unasked
              Via: SIP/2.0/%s 127.0.0.1:%d;branch=z9hG4bK%s
              From: <sip:a@example.org>;tag=1
              To: <sip:b@example.org>;tag=2
              Call-ID: %s
              CSeq: 1 %s
              RSeq: 1
              Require: 100rel
              Contact: <sip:x@127.0.0.1:9>
              Content-Length: 0

              """
                  .formatted(status, transport, server.port(), id(), id(), method)
                  .replace("\n", "\r\n"));
        }
      }
    }
  }

  private static void sendTorture(TestServer server, Transport transport) throws Exception {
    try (Stream<Path> messages = Files.list(TORTURE)) {
      for (Path message : messages.toList()) {
        try (SipClient eve = server.connect("eve", transport, "127.0.0.1")) {
          eve.writeRaw(Files.readAllBytes(message));
        }
      }
    }
  }

  /** Every method in any order, with CSeq numbers that have been and tags that have not. */
  private static void misbehaveWithinACall(
      SipClient alice, Target bob, boolean relayed, Random random) throws Exception {
    String callId = id();
    alice.send("INVITE", bob.uri(), callId, 1, CALLEE, "X-Target: " + bob.uri());
    if (relayed) {
      Received invite = bob.connection().receive();
      for (String status : List.of("180 Ringing", "200 OK", "486 Late", "200 OK", "180 Ringing")) {
        bob.answer(invite, status);
      }
    }
    Received ok = alice.receive();
    assertThat(ok.firstLine()).isEqualTo("SIP/2.0 200 OK");
    String route = relayed ? "Route: " + ok.header("Record-Route") : "X-Nothing: here";
    List<String> methods = new ArrayList<>(METHODS);
    Collections.shuffle(methods, random);
    for (String method : methods) {
      for (int cseq : new int[] {0, 1, 2, 5, 3, 5, 2_000_000_000}) {
        for (String to : List.of(ok.header("To"), CALLEE + ";tag=other")) {
          alice.send(method, bob.uri(), callId, cseq, to, route);
          alice.send(method, bob.uri(), callId, cseq, to, route, "RAck: 1 1 INVITE");
        }
      }
    }
  }
}
