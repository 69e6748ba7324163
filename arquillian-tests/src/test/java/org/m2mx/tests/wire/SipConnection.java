package org.m2mx.tests.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** One connection to the server, opened as a device behind a firewall opens it. */
public final class SipConnection implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Wire wire;
  private final InputStream in;
  private final Deque<SipMessage> unread = new ArrayDeque<>();

  private SipConnection(Wire wire) throws IOException {
    this.wire = wire;
    this.in = wire.input();
    wire.patience(PATIENCE);
  }

  /**
   * Connects.
   *
   * @param server where it listens
   * @param trustAnchor PEM file, the only certificate trusted
   */
  public static SipConnection open(InetSocketAddress server, Path trustAnchor)
      throws IOException, GeneralSecurityException {
    return open(server, trustAnchor, "TLSv1.3", "TLSv1.2");
  }

  /** Connects with these protocol versions only. */
  public static SipConnection open(InetSocketAddress server, Path trustAnchor, String... protocols)
      throws IOException, GeneralSecurityException {
    return open(null, server, trustAnchor, protocols);
  }

  /**
   * Connects from one of this machine's addresses.
   *
   * @param source any when null
   */
  public static SipConnection open(
      InetAddress source, InetSocketAddress server, Path trustAnchor, String... protocols)
      throws IOException, GeneralSecurityException {
    SSLSocket socket =
        (SSLSocket)
            trusting(trustAnchor)
                .getSocketFactory()
                .createSocket(server.getAddress(), server.getPort(), source, 0);
    socket.setEnabledProtocols(protocols);
    socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
    socket.startHandshake();
    return new SipConnection(new SocketWire(socket));
  }

  /** Connects by a WebSocket over TLS, as a page in a browser does. */
  public static SipConnection openWebSocket(InetSocketAddress server, Path trustAnchor)
      throws IOException, GeneralSecurityException {
    String address = server.getAddress().getHostAddress();
    URI uri =
        URI.create(
            "wss://%s:%d"
                .formatted(
                    address.indexOf(':') >= 0 ? "[" + address + "]" : address, server.getPort()));
    return new SipConnection(new WebSocketWire(uri, trusting(trustAnchor)));
  }

  private static SSLContext trusting(Path trustAnchor)
      throws IOException, GeneralSecurityException {
    KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
    anchors.load(null);
    try (InputStream pem = Files.newInputStream(trustAnchor)) {
      anchors.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** Connects over TCP, without TLS. */
  public static SipConnection openPlain(InetSocketAddress server) throws IOException {
    return new SipConnection(new SocketWire(new Socket(server.getAddress(), server.getPort())));
  }

  /** The TLS version agreed on. */
  public String protocol() {
    return ((SSLSocket) ((SocketWire) wire).socket()).getSession().getProtocol();
  }

  /** The name of the transport in a Via header. */
  public String transport() {
    return wire.transport();
  }

  /** Our end, as a SIP host and port. */
  public String localHostPort() {
    return wire.hostPort();
  }

  /** Sends text as it is, but for line ends. */
  public void send(String message) throws IOException {
    wire.send(message.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(UTF_8));
  }

  /** The next final response of a method; provisional ones and other messages stay for later. */
  public SipMessage finalResponse(String method) throws IOException {
    return await(m -> !m.isRequest() && m.method().equals(method) && m.status() >= 200);
  }

  /** The next request of a method. */
  public SipMessage request(String method) throws IOException {
    return await(m -> m.isRequest() && m.method().equals(method));
  }

  /** The next message that is looked for. */
  public SipMessage await(Predicate<SipMessage> wanted) throws IOException {
    for (SipMessage message : unread) {
      if (wanted.test(message)) {
        unread.remove(message);
        return message;
      }
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      SipMessage message = read();
      if (wanted.test(message)) {
        return message;
      }
      unread.add(message);
    }
    throw new IOException("not received within " + PATIENCE + "; there was " + unread);
  }

  /** Whether nothing more comes within a time. */
  public boolean silentFor(Duration time) throws IOException {
    wire.patience(time);
    try {
      unread.add(read());
      return false;
    } catch (java.net.SocketTimeoutException nothing) {
      return unread.isEmpty();
    } finally {
      wire.patience(PATIENCE);
    }
  }

  private SipMessage read() throws IOException {
    String startLine = line();
    while (startLine.isEmpty()) {
      startLine = line();
    }
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    int length = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      String name = line.substring(0, colon).strip();
      String value = line.substring(colon + 1).strip();
      headers.add(Map.entry(name, value));
      if (name.equalsIgnoreCase("Content-Length")) {
        length = Integer.parseInt(value);
      }
    }
    return new SipMessage(startLine, headers, new String(in.readNBytes(length), UTF_8));
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (octet != '\r') {
        line.write(octet);
      }
    }
    return line.toString(UTF_8);
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }
}
