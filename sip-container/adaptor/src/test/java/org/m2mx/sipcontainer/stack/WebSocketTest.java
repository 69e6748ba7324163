package org.m2mx.sipcontainer.stack;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.UUID;
import javax.servlet.sip.SipServlet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.FlowClosed;
import org.m2mx.sipcontainer.metrics.SipFigure;
import org.m2mx.sipcontainer.tls.HandshakeFailed;
import org.m2mx.sipcontainer.websocket.Opcode;
import org.m2mx.sipcontainer.websocket.Role;

/** WebSockets in good and bad weather (RFC 6455, RFC 7118); calls are in the pairs' tests. */
class WebSocketTest {
  private static final String PAGE = "https://phone.example.org";
  private static final String UPGRADE =
      """
      GET / HTTP/1.1
      Host: sip.example.org
      Upgrade: websocket
      Connection: Upgrade
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      Sec-WebSocket-Protocol: sip
      Sec-WebSocket-Version: 13

      """
          .replace("\n", "\r\n");

  @TempDir private Path folder;
  private TestServer server;

  @BeforeEach
  void prepare() throws Exception {
    server = prepared(RelayServlet.class);
  }

  private TestServer prepared(Class<? extends SipServlet> servlet) throws IOException {
    TestServer fresh =
        new TestServer(folder, servlet)
            .set("sip.websocket.origins", PAGE)
            .set("sip.max-message-size", "4096");
    return fresh.set(
        "sip.listen",
        "ws://127.0.0.1:%d,wss://127.0.0.1:%d"
            .formatted(fresh.port(Transport.WS), fresh.port(Transport.WSS)));
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static String options() {
    return """
    OPTIONS sip:example.org SIP/2.0
    Via: SIP/2.0/WS alice.invalid;branch=z9hG4bK%1$s
    Max-Forwards: 70
    From: <sip:alice@example.org>;tag=1
    To: <sip:example.org>
    Call-ID: %1$s
    CSeq: 1 OPTIONS

    """
        .formatted(UUID.randomUUID())
        .replace("\n", "\r\n");
  }

  private Socket upgraded() throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port(Transport.WS));
    socket.setSoTimeout(60_000);
    socket.getOutputStream().write(UPGRADE.getBytes(US_ASCII));
    assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 101 ");
    return socket;
  }

  private static String head(InputStream input) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = input.read();
      assertThat(next).as("what comes after %s", head).isNotNegative();
      head.append((char) next);
    }
    return head.toString();
  }

  @ParameterizedTest
  @EnumSource(names = {"WS", "WSS"})
  void takesMessagesInPiecesAsTextOrBytesWithPingsAmid(Transport transport) throws Exception {
    server.start();
    try (WebSocketWire wire = server.webSocketWire(transport, "127.0.0.1", PAGE);
        SipClient alice = new SipClient("alice", transport.parameter(), wire)) {
      String via = "/" + transport.name() + " ";
      String first = options().replace("/WS ", via);
      wire.socket().sendText(first.substring(0, 50), false).join();
      wire.socket().sendPing(ByteBuffer.wrap(new byte[] {1})).join();
      wire.socket().sendText(first.substring(50), true).join();
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");

      byte[] second = options().replace("/WS ", via).getBytes(UTF_8);
      wire.socket().sendBinary(ByteBuffer.wrap(second), true).join();
      assertThat(alice.receive().header("Via")).contains("alice.invalid").contains("received=");
    }
  }

  @ParameterizedTest
  @CsvSource({"WS, false", "WSS, true"})
  void tellsTheServletWhetherItIsSecure(Transport transport, String secure) throws Exception {
    server = prepared(CertificateServlet.class).start();
    try (SipClient alice = server.webSocket("alice", transport, "127.0.0.1")) {
      alice.send("OPTIONS", "sip:example.org", "secure", 1, "<sip:example.org>");
      assertThat(alice.receive().header("X-Secure")).isEqualTo(secure);
    }
  }

  @Test
  void saysGoodbyeWhenItStops() throws Exception {
    server.start();
    try (WebSocketWire wire = server.webSocketWire(Transport.WSS, "127.0.0.1", null)) {
      wire.socket().sendText(options().replace("/WS ", "/WSS "), true).join();
      assertThat(new SipClient("alice", "wss", wire).receive().firstLine()).contains("200");
      server.close();
      server = null;
      Eventually.is(() -> wire.closeCode() == 1001);
    }
  }

  @Test
  void answersTheKeepAlivesOfScripts() throws Exception {
    server.start();
    try (WebSocketWire wire = server.webSocketWire(Transport.WS, "127.0.0.1", null)) {
      wire.socket().sendText("\r\n\r\n", true).join();
      assertThat(new String(wire.input().readNBytes(2), US_ASCII)).isEqualTo("\r\n");
    }
  }

  @Test
  void tellsOfASocketThatThePeerCloses() throws Exception {
    server.start();
    try (WebSocketWire wire = server.webSocketWire(Transport.WS, "127.0.0.1", null)) {
      wire.socket().sendClose(4000, "enough").join();
      Eventually.is(() -> wire.closeCode() == 4000);
      Eventually.is(() -> server.events(FlowClosed.class).size() == 1);
    }
  }

  @Test
  void refusesAMessageThatIsTooLarge() throws Exception {
    server.start();
    try (WebSocketWire wire = server.webSocketWire(Transport.WSS, "127.0.0.1", null)) {
      wire.socket().sendText("x".repeat(4097), true).join();
      Eventually.is(() -> wire.closeCode() == 1009);
    }
  }

  @ParameterizedTest
  @CsvSource({"810148, 1002", "8182 00000000 c328, 1007"})
  void saysWhyItEndsWhatBreaksTheProtocol(String frame, int code) throws Exception {
    server.start();
    try (Socket socket = upgraded()) {
      socket.getOutputStream().write(HexFormat.of().parseHex(frame.replace(" ", "")));
      byte[] close = socket.getInputStream().readNBytes(4);
      assertThat(close).containsExactly(0x88, 2, code >> 8, code & 0xff);
      Eventually.closes(socket);
    }
  }

  @Test
  void pagesOfOtherOriginsMayNotConnect() throws Exception {
    server.start();
    assertThatThrownBy(
            () -> server.webSocketWire(Transport.WS, "127.0.0.1", "https://evil.example"))
        .hasStackTraceContaining("403");
    Eventually.is(
        () ->
            server.events(HandshakeFailed.class).stream()
                .anyMatch(failed -> failed.reason().contains("sip.websocket.origins")));
  }

  @Test
  void halfOfAHandshakeIsNotWaitedForLong() throws Exception {
    server.set("sip.tls.handshake-timeout", "1").start();
    try (Socket socket = new Socket("127.0.0.1", server.port(Transport.WS))) {
      socket.getOutputStream().write("GET / HTTP".getBytes(US_ASCII));
      Eventually.closes(socket);
    }
    Eventually.is(
        () ->
            server.events(HandshakeFailed.class).stream()
                .anyMatch(failed -> failed.reason().equals("no handshake within 1s")));
  }

  @Test
  void aHeaderWithoutEndIsNotKept() throws Exception {
    server.start();
    try (Socket socket = new Socket("127.0.0.1", server.port(Transport.WS))) {
      socket
          .getOutputStream()
          .write(("GET / HTTP/1.1\r\nX: " + "x".repeat(8192)).getBytes(US_ASCII));
      Eventually.closes(socket);
    }
    Eventually.is(
        () ->
            server.events(HandshakeFailed.class).stream()
                .anyMatch(failed -> failed.reason().contains("8192 bytes")));
  }

  @Test
  void pingsWhoIsSilentAndLeavesWhoDoesNotAnswer() throws Exception {
    server.set("sip.websocket.ping-interval", "1").set("sip.message-timeout", "10").start();
    try (WebSocketWire alive = server.webSocketWire(Transport.WS, "127.0.0.1", null)) {
      alive.socket().sendText(options(), true).join();
      try (Socket dead = upgraded()) {
        dead.getOutputStream().write(Role.CLIENT.frame(Opcode.TEXT, options().getBytes(UTF_8)));
        Eventually.is(() -> alive.pings() > 0);
        Eventually.closes(dead);
      }
    }
  }

  @Test
  void countsHandshakes() throws Exception {
    server.start();
    try (WebSocketWire one = server.webSocketWire(Transport.WSS, "127.0.0.1", null);
        Socket other = upgraded()) {
      Eventually.is(() -> server.figure(SipFigure.HANDSHAKES, "result", "success") == 2);
      assertThat(one.closeCode()).isZero();
      assertThat(other.isClosed()).isFalse();
    }
  }
}
