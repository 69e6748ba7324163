package org.m2mx.ua.signalling;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.account.ServerAddress;
import org.m2mx.ua.net.IpText;

/**
 * A TLS connection to the server, over which requests go both ways (RFC 5626 section 3): the user
 * agent opens it, and the server sends calls down it, since nothing else gets in.
 */
final class Flow implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Flow.class.getName());
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final List<String> SUITES =
      List.of(
          "TLS_AES_256_GCM_SHA384",
          "TLS_AES_128_GCM_SHA256",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
  private static final byte[] PING = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PONG = "\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Two CRLF further apart are no ping. */
  private static final Duration TOGETHER = Duration.ofSeconds(1);

  /** What a flow tells its owner, on the flow's own thread. */
  interface Listener {
    /** A whole SIP message has come. */
    void received(byte[] message);

    /** The other side has opened the flow, and has pinged; the answer is under way. */
    default void pinged() {}

    /**
     * The flow has ended, and {@link #received} is not called any more.
     *
     * @param cause why, or null if this side closed it
     */
    void ended(Flow flow, IOException cause);
  }

  private final ServerAddress server;
  private final SSLSocket socket;
  private final OutputStream out;
  private final boolean answersPings;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile long lastPongNanos;
  private volatile boolean ponged;

  // Of the reading thread alone.
  private boolean halfPing;
  private boolean halfPingGoesOn;
  private long halfPingNanos;

  private Flow(ServerAddress server, SSLSocket socket, boolean answersPings) throws IOException {
    this.server = server;
    this.socket = socket;
    this.answersPings = answersPings;
    this.out = socket.getOutputStream();
  }

  /**
   * Connects to the account's server, to its IPv6 addresses first.
   *
   * @throws UserAgentException with reason {@code SERVER_UNREACHABLE} or {@code SERVER_CERTIFICATE}
   */
  static Flow connect(Account account, Traffic traffic, Duration limit, Clock clock)
      throws UserAgentException {
    UserAgentException failure = null;
    for (InetAddress address : addresses(account.server())) {
      InetSocketAddress destination = new InetSocketAddress(address, account.server().port());
      try {
        return connect(account, destination, traffic, limit, clock);
      } catch (UserAgentException e) {
        // A server that shows the wrong certificate is told about before one that is not there.
        if (failure == null || failure.reason() == Reason.SERVER_UNREACHABLE) {
          failure = e;
        }
      }
    }
    throw failure;
  }

  /** Takes a connection that the other side has opened, as its server. */
  static Flow accepted(SSLSocket socket) throws IOException {
    InetSocketAddress remote = (InetSocketAddress) socket.getRemoteSocketAddress();
    return new Flow(
        new ServerAddress(IpText.of(remote.getAddress()), remote.getPort()), socket, true);
  }

  private static List<InetAddress> addresses(ServerAddress server) throws UserAgentException {
    try {
      return Arrays.stream(InetAddress.getAllByName(server.host()))
          .sorted(Comparator.comparing(address -> !(address instanceof Inet6Address)))
          .toList();
    } catch (UnknownHostException e) {
      throw new UserAgentException(
          Reason.SERVER_UNREACHABLE,
          "The server's name " + server.host() + " has no address",
          "Check \"server\" in the account file and this machine's DNS",
          e);
    }
  }

  private static Flow connect(
      Account account, InetSocketAddress destination, Traffic traffic, Duration limit, Clock clock)
      throws UserAgentException {
    ServerTrust trust = new ServerTrust(account, clock);
    Socket plain = traffic.newSocket();
    try {
      plain.connect(destination, (int) limit.toMillis());
      plain.setTcpNoDelay(true);
      plain.setKeepAlive(true);
      plain.setSoTimeout((int) limit.toMillis());
      SSLSocket socket = handshake(plain, account.server(), trust);
      socket.setSoTimeout(0);
      return new Flow(account.server(), socket, false);
    } catch (IOException | GeneralSecurityException e) {
      try {
        plain.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw trust.problem().orElseGet(() -> unreachable(account.server(), destination, e));
    }
  }

  private static SSLSocket handshake(Socket plain, ServerAddress server, ServerTrust trust)
      throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {trust}, null);
    SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(plain, server.host(), server.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    List<String> supported = List.of(socket.getSupportedCipherSuites());
    parameters.setCipherSuites(SUITES.stream().filter(supported::contains).toArray(String[]::new));
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static UserAgentException unreachable(
      ServerAddress server, InetSocketAddress destination, Exception e) {
    String address = IpText.of(destination.getAddress());
    String there =
        server.host().equals(address) ? server.toString() : server + " (" + address + ")";
    String problem;
    String remedy;
    if (e instanceof SSLException || e instanceof GeneralSecurityException) {
      problem = "No TLS with the server " + there + ": " + e.getMessage();
      remedy = "Check that SIP over TLS 1.2 or 1.3 is served at this port";
    } else if (e instanceof SocketTimeoutException) {
      problem = "The server " + there + " does not answer";
      remedy = "Check the network, the firewalls and whether the server runs";
    } else if (e instanceof NoRouteToHostException) {
      problem = "There is no way to the server " + there;
      remedy = "Check this machine's network";
    } else if (e instanceof ConnectException
        && String.valueOf(e.getMessage()).contains("refused")) {
      problem = "The server " + there + " refuses connections";
      remedy = "Check that it runs, and its port in the account file";
    } else if (e instanceof SocketException) {
      problem = "No connection to the server " + there + ": " + e.getMessage();
      remedy = "Check this machine's network";
    } else {
      problem = "The connection to the server " + there + " broke: " + e.getMessage();
      remedy = "Check that SIP over TLS is served at this port";
    }
    return new UserAgentException(Reason.SERVER_UNREACHABLE, problem, remedy, e);
  }

  /** Starts reading, on a thread of its own. */
  void start(Listener listener) {
    Thread reader = new Thread(() -> read(listener), "m2mx-ua-flow-" + IpText.of(remote()));
    reader.setDaemon(true);
    reader.start();
  }

  private void read(Listener listener) {
    IOException cause = null;
    try (InputStream in = new BufferedInputStream(socket.getInputStream())) {
      MessageFramer framer = new MessageFramer(in);
      while (true) {
        byte[] message = framer.next();
        if (message != MessageFramer.CRLF) {
          halfPing = false;
          listener.received(message);
        } else if (!answersPings) {
          ponged = true;
          lastPongNanos = System.nanoTime();
        } else if (completesPing(framer)) {
          send(PONG);
          listener.pinged();
        }
      }
    } catch (IOException e) {
      cause = e;
    }
    boolean ownDoing = !closed.compareAndSet(false, true);
    if (!ownDoing) {
      LOG.log(System.Logger.Level.INFO, "Lost the connection to {0}: {1}", server, cause);
    }
    listener.ended(this, ownDoing ? null : cause);
  }

  /**
   * Halves that have come in one record of TLS belong together, however late they are looked at;
   * those of two records if they are looked at one soon after the other.
   */
  private boolean completesPing(MessageFramer framer) throws IOException {
    long now = System.nanoTime();
    if (halfPing && (halfPingGoesOn || now - halfPingNanos < TOGETHER.toNanos())) {
      halfPing = false;
      return true;
    }
    halfPing = true;
    halfPingNanos = now;
    halfPingGoesOn = framer.hasMore();
    return false;
  }

  /**
   * Sends a message.
   *
   * @throws IOException if the flow has ended
   */
  void send(byte[] message) throws IOException {
    synchronized (out) {
      out.write(message);
      out.flush();
    }
  }

  /**
   * Sends a ping (RFC 5626 section 4.4.1).
   *
   * @throws IOException if the flow has ended
   */
  void ping() throws IOException {
    send(PING);
  }

  /** Says whether this server answers pings: not all do unless asked to by RFC 5626. */
  boolean hasEverPonged() {
    return ponged;
  }

  /** Says whether a pong has come since a moment of {@link System#nanoTime}. */
  boolean hasPongedSince(long nanos) {
    return ponged && lastPongNanos - nanos >= 0;
  }

  boolean isOpen() {
    return !closed.get();
  }

  InetSocketAddress local() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  InetSocketAddress remote() {
    return (InetSocketAddress) socket.getRemoteSocketAddress();
  }

  String protocol() {
    return socket.getSession().getProtocol();
  }

  String cipherSuite() {
    return socket.getSession().getCipherSuite();
  }

  X509Certificate serverCertificate() {
    try {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    } catch (SSLException e) {
      throw new IllegalStateException("a flow exists only after its handshake", e);
    }
  }

  /** Ends the flow as one that does not answer any more. */
  void giveUp() {
    LOG.log(System.Logger.Level.INFO, "No answer to a ping from {0}", server);
    closeSocket();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      closeSocket();
    }
  }

  private void closeSocket() {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "Closing the connection to " + server, e);
    }
  }
}
