package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLSocket;
import org.m2mx.sipcontainer.config.Transport;

/** A SIP client that is a bare socket: what it sees is what is on the wire. */
final class SipClient implements AutoCloseable {
  private final String user;
  private final String transport;
  private final Closeable socket;
  private final InputStream input;
  private final OutputStream output;
  private String contact;

  private SipClient(
      String user, String transport, Closeable socket, InputStream input, OutputStream output) {
    this.user = user;
    this.transport = transport;
    this.socket = socket;
    this.input = input;
    this.output = output;
    this.contact = "<sip:%s@%s;transport=%s>".formatted(user, host(), uriTransport());
  }

  SipClient(String user, String transport, Socket socket) throws IOException {
    this(user, transport, socket, socket.getInputStream(), socket.getOutputStream());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(60_000);
  }

  /**
   * @param transport {@code ws} or {@code wss}
   */
  SipClient(String user, String transport, WebSocketWire wire) {
    this(user, transport, wire, wire.input(), wire.output());
  }

  static SipClient accepted(String user, Transport transport, AcceptedWebSocket wire) {
    return new SipClient(user, transport.parameter(), wire, wire.input(), wire.output());
  }

  /** Where nobody can reach this client; in WebSockets clients do not know where they are. */
  private String host() {
    return transport.startsWith("ws") ? user + ".invalid" : "192.0.2.9:9";
  }

  /** RFC 7118 section 5.2 knows one for WebSockets with and without TLS. */
  private String uriTransport() {
    return transport.equals("wss") ? "ws" : transport;
  }

  static SipClient udp(String user, String address, int port) throws IOException {
    return udp(user, new Datagrams(address, port));
  }

  static SipClient udp(String user, Datagrams datagrams) {
    return new SipClient(user, "udp", datagrams, datagrams.input(), datagrams.output());
  }

  /** Has others reach it elsewhere than over its own connection. */
  SipClient at(String uri) {
    contact = "<" + uri + ">";
    return this;
  }

  static SipClient tcp(String user, String address, int port) throws IOException {
    return new SipClient(user, "tcp", new Socket(InetAddress.getByName(address), port));
  }

  /** Where nobody can reach this client but over its own connection, unless it was told. */
  String contact() {
    return contact;
  }

  String from() {
    return "<sip:%s@example.org>;tag=%s-tag".formatted(user, user);
  }

  String via(String branch) {
    return "Via: SIP/2.0/%s %s;branch=%s%s"
        .formatted(
            transport.toUpperCase(), host(), branch, transport.equals("udp") ? ";rport" : "");
  }

  String send(String method, String uri, String callId, int cseq, String to, String... more)
      throws IOException {
    String branch = "z9hG4bK" + UUID.randomUUID();
    sendWithBranch(branch, method, uri, callId, cseq, to, more);
    return branch;
  }

  /** Sends a request within a dialog in which this client has another name. */
  void sendFrom(
      String from, String method, String uri, String callId, int cseq, String to, String... more)
      throws IOException {
    sendWithBranch("z9hG4bK" + UUID.randomUUID(), from, method, uri, callId, cseq, to, more);
  }

  void sendWithBranch(
      String branch, String method, String uri, String callId, int cseq, String to, String... more)
      throws IOException {
    sendWithBranch(branch, from(), method, uri, callId, cseq, to, more);
  }

  private void sendWithBranch(
      String branch,
      String from,
      String method,
      String uri,
      String callId,
      int cseq,
      String to,
      String[] more)
      throws IOException {
    write(
        List.of(
            method + " " + uri + " SIP/2.0",
            via(branch),
            "Max-Forwards: 70",
            "From: " + from,
            "To: " + to,
            "Call-ID: " + callId,
            "CSeq: " + cseq + " " + method,
            "Contact: " + contact()),
        more);
  }

  void answer(Received request, String status, String... more) throws IOException {
    answerWithContact(request, status, contact(), more);
  }

  void answerWithContact(Received request, String status, String contact, String... more)
      throws IOException {
    String to = request.header("To");
    List<String> lines =
        new java.util.ArrayList<>(
            List.of(
                "SIP/2.0 " + status,
                "From: " + request.header("From"),
                "To: " + (to.contains("tag=") ? to : to + ";tag=" + user + "-tag"),
                "Call-ID: " + request.header("Call-ID"),
                "CSeq: " + request.header("CSeq"),
                "Contact: " + contact));
    request.headers("Via").forEach(value -> lines.add("Via: " + value));
    request.headers("Record-Route").forEach(value -> lines.add("Record-Route: " + value));
    write(lines, more);
  }

  private void write(List<String> lines, String... more) throws IOException {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append("\r\n"));
    Arrays.stream(more).forEach(line -> text.append(line).append("\r\n"));
    text.append("Content-Length: 0\r\n\r\n");
    output.write(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  void writeRaw(String text) throws IOException {
    writeRaw(text.getBytes(StandardCharsets.UTF_8));
  }

  void writeRaw(byte[] bytes) throws IOException {
    output.write(bytes);
  }

  String readRaw(int bytes) throws IOException {
    return new String(input.readNBytes(bytes), StandardCharsets.UTF_8);
  }

  /** The next message; provisional responses are passed over. */
  Received receive() throws IOException {
    Received received = new Received(readHeader());
    return received.text().startsWith("SIP/2.0 1") ? receive() : received;
  }

  /** The next message but a 100, provisional ones too. */
  Received receiveFirst() throws IOException {
    Received received = new Received(readHeader());
    return received.text().startsWith("SIP/2.0 100 ") ? receiveFirst() : received;
  }

  /** The next message, which has to be a provisional response; 100s are passed over. */
  Received receiveProvisional(String status) throws IOException {
    Received received = receiveFirst();
    assertThat(received.firstLine()).startsWith("SIP/2.0 " + status + " ");
    return received;
  }

  private String readHeader() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!bytes.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
      int next = input.read();
      if (next < 0) {
        throw new EOFException("closed by the server");
      }
      bytes.write(next);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Asks for a second TLS handshake. */
  void renegotiate() throws IOException {
    ((SSLSocket) socket).startHandshake();
  }

  /** Closes the connection in the middle of things. */
  void hangUp() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** A message without body. */
  record Received(String text) {
    /** The same as a device with a To tag of its own takes it. */
    Received as(String tag) {
      return new Received(text.replaceFirst("(?m)^(To: .*)$", "$1;tag=" + tag));
    }

    String firstLine() {
      return text.substring(0, text.indexOf("\r\n"));
    }

    String header(String name) {
      return headers(name).get(0);
    }

    /** All values in their order, those of one line separated. */
    List<String> headers(String name) {
      return text.lines()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .flatMap(line -> Arrays.stream(line.substring(name.length() + 1).split(",(?![^<]*>)")))
          .map(String::trim)
          .toList();
    }
  }
}
