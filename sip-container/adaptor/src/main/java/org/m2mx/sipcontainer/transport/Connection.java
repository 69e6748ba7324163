package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.config.SipSettings;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.Flow;
import org.m2mx.sipcontainer.metrics.HandshakeResult;
import org.m2mx.sipcontainer.overload.Admission.Kind;

/**
 * A connection, with TLS or without, of SIP as it is or in a WebSocket. It is opened or accepted
 * once and closed once; nothing is ever sent over another connection in its place.
 */
public final class Connection extends SipChannel
    implements EventLoop.Handler, TlsLayer.Owner, Framing.Owner {
  private static final Logger LOG = System.getLogger(Connection.class.getName());
  private static final SparseLog HANDSHAKES = new SparseLog(LOG);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MAX_OUTGOING_BYTES = 1024 * 1024;

  /** For the peer to read why, which it could not if unread bytes of its own met a closed port. */
  private static final long LAST_WORDS_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long NEVER = Long.MAX_VALUE;

  private final String id = randomId();
  private final StreamListener listener;
  private final SocketChannel socket;
  private final TlsLayer tls;
  private final Framing framing;
  private final Unanswered unanswered = new Unanswered();
  private final AtomicBoolean open = new AtomicBoolean(true);
  private final long openedAt = System.nanoTime();
  private final boolean accepted;
  private final Deque<ByteBuffer> outgoing = new ArrayDeque<>();
  private int outgoingBytes;
  private boolean connecting;
  private volatile boolean secured;
  private volatile boolean ready;
  private volatile long lastHeard = openedAt;
  private volatile boolean greeted;
  private volatile long partialSince = NEVER;
  private volatile long blockedSince = NEVER;
  private volatile long pinged = openedAt;
  private volatile long doomedSince = NEVER;
  private volatile String doom;
  private int partialBytes;

  static void accepted(
      TransportLayer layer, StreamListener listener, SocketChannel socket, InetSocketAddress remote)
      throws IOException {
    SSLEngine engine = listener.isSecure() ? layer.engines().forServer() : null;
    Connection connection =
        new Connection(layer, listener, socket, remote, engine, "", true, false);
    try {
      connection.begin();
    } catch (IOException e) {
      connection.close(e.getMessage());
    }
  }

  static Connection opened(
      TransportLayer layer, StreamListener listener, InetSocketAddress target, String name)
      throws IOException {
    SSLEngine engine =
        listener.isSecure() ? layer.engines().forClient(name, target.getPort()) : null;
    SocketChannel socket = SocketChannel.open();
    try {
      socket.configureBlocking(false);
      socket.bind(new InetSocketAddress(listener.getIpAddress(), 0));
      boolean connected = socket.connect(target);
      Connection connection =
          new Connection(layer, listener, socket, target, engine, name, false, !connected);
      connection.begin();
      return connection;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * From one application to the next a request stays inside; its answers come in at the other end.
   */
  @Override
  boolean isReachedBy(SipChannel actual) {
    return super.isReachedBy(actual)
        || actual instanceof Connection other
            && transport() == other.transport()
            && isOtherEndOf(other);
  }

  private boolean isOtherEndOf(Connection other) {
    InetSocketAddress own = socketAddress();
    return own != null && own.equals(other.remote()) && remote().equals(other.socketAddress());
  }

  private InetSocketAddress socketAddress() {
    return (InetSocketAddress) socket.socket().getLocalSocketAddress();
  }

  private Connection(
      TransportLayer layer,
      StreamListener listener,
      SocketChannel socket,
      InetSocketAddress remote,
      SSLEngine engine,
      String name,
      boolean accepted,
      boolean connecting) {
    super(layer, listener, remote);
    this.accepted = accepted;
    this.listener = listener;
    this.socket = socket;
    this.connecting = connecting;
    this.tls = engine == null ? null : new TlsLayer(engine, this);
    this.framing = framing(layer.settings(), name);
  }

  private Framing framing(SipSettings settings, String name) {
    int most = settings.maxMessageSize();
    if (!transport().isWebSocket()) {
      return new StreamFraming(most, this);
    } else if (accepted) {
      return WebSocketFraming.accepted(most, settings.webSocket().origins(), this);
    }
    String host = name.indexOf(':') < 0 ? name : AddressText.inHeader(remote().getAddress());
    return WebSocketFraming.opened(most, host + ':' + remote().getPort(), this);
  }

  private void begin() throws IOException {
    socket.configureBlocking(false);
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    // Once it is registered the event loop may have finished connecting at any time.
    boolean connected = !connecting;
    layer().connections().add(this);
    layer()
        .loop()
        .register(socket, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
    if (connected) {
      established();
    }
  }

  private void established() throws IOException {
    if (accepted && transport().hasHandshake()) {
      layer().connections().handshaking(this);
    }
    if (tls == null) {
      framing.start();
    } else {
      tls.start();
    }
  }

  @Override
  public void ready(SelectionKey key, ByteBuffer buffer) {
    if (!open.get()) {
      // Its socket is closed by a worker in a while; until then it would be ready all the time.
      key.cancel();
      return;
    }
    try {
      if (key.isConnectable()) {
        finishConnect(key);
      }
      if (key.isValid() && key.isWritable()) {
        flush(key);
      }
      if (key.isValid() && key.isReadable()) {
        read(buffer);
      }
    } catch (IOException e) {
      broken(e);
    }
  }

  private void finishConnect(SelectionKey key) throws IOException {
    socket.finishConnect();
    synchronized (outgoing) {
      connecting = false;
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
    established();
  }

  private void read(ByteBuffer buffer) throws IOException {
    int count = socket.read(buffer);
    if (count < 0) {
      closedByPeer();
      return;
    }
    lastHeard = System.nanoTime();
    buffer.flip();
    if (tls == null) {
      deliver(buffer);
    } else {
      tls.receive(buffer);
    }
  }

  private void flush(SelectionKey key) throws IOException {
    synchronized (outgoing) {
      int before = outgoingBytes;
      writeOut();
      if (outgoingBytes < before) {
        blockedSince = outgoing.isEmpty() ? NEVER : System.nanoTime();
      }
      if (outgoing.isEmpty()) {
        key.interestOpsAnd(~SelectionKey.OP_WRITE);
      }
    }
  }

  private void writeOut() throws IOException {
    for (ByteBuffer next = outgoing.peek(); next != null; next = outgoing.peek()) {
      outgoingBytes -= socket.write(next);
      if (next.hasRemaining()) {
        return;
      }
      outgoing.remove();
    }
  }

  @Override
  public void sendMessage(SIPMessage message) throws IOException {
    if (!(message instanceof SIPRequest request)) {
      answer(message);
      return;
    }
    unanswered.add(request);
    try {
      super.sendMessage(message);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "Call-ID {0}: {1}", request.getCallId().getCallId(), e.getMessage());
      if (unanswered.remove(request)) {
        fail(request);
      }
    }
  }

  /** Who hung up wants no answer, and nobody else shall get it over a connection of our making. */
  private void answer(SIPMessage response) {
    try {
      super.sendMessage(response);
      layer().refusedInvites().sent((SIPResponse) response, this);
    } catch (IOException e) {
      LOG.log(
          Level.DEBUG,
          "Call-ID {0}: no answer to {1}: {2}",
          response.getCallId().getCallId(),
          flow(),
          e.getMessage());
    }
  }

  @Override
  void send(byte[] message) throws IOException {
    if (!open.get() || doom != null) {
      throw new IOException("the connection is closed");
    }
    try {
      framing.send(message);
    } catch (IOException e) {
      close(e.getMessage());
      throw e;
    }
  }

  @Override
  public void write(byte[] bytes) throws IOException {
    if (tls == null) {
      transmit(ByteBuffer.wrap(bytes));
    } else {
      tls.send(bytes);
    }
  }

  @Override
  public void transmit(ByteBuffer bytes) throws IOException {
    synchronized (outgoing) {
      if (!socket.isOpen()) {
        throw new IOException("the connection is closed");
      }
      if (outgoingBytes + bytes.remaining() > MAX_OUTGOING_BYTES) {
        throw new IOException("the peer does not read what it is sent");
      }
      outgoing.add(bytes);
      outgoingBytes += bytes.remaining();
      if (connecting) {
        return;
      }
      if (outgoing.size() == 1) {
        writeOut();
      }
      if (!outgoing.isEmpty()) {
        if (blockedSince == NEVER) {
          blockedSince = System.nanoTime();
        }
        layer().loop().await(socket, SelectionKey.OP_WRITE);
      }
    }
  }

  @Override
  public void deliver(ByteBuffer plain) throws IOException {
    if (doom != null) {
      return;
    }
    long before = framing.messages();
    framing.receive(plain);
    if (framing.messages() != before) {
      greeted = true;
    }
    int held = framing.heldBytes();
    if (held == 0) {
      partialSince = NEVER;
    } else if (partialSince == NEVER || framing.messages() != before) {
      partialSince = System.nanoTime();
    }
    if (held != partialBytes) {
      holdPartial(held);
    }
  }

  /** What a closing connection gave back must not be counted again. */
  private synchronized void holdPartial(int held) throws IOException {
    if (open.get()) {
      int more = held - partialBytes;
      partialBytes = held;
      layer().partialMessages().add(more);
    }
  }

  private synchronized void releasePartial() {
    layer().partialMessages().release(partialBytes);
    partialBytes = 0;
  }

  @Override
  public void secured(SSLSession session) throws IOException {
    LOG.log(Level.DEBUG, "{0}: {1} {2}", flow(), session.getProtocol(), session.getCipherSuite());
    secured = true;
    framing.start();
  }

  @Override
  public void opened() {
    ready = true;
    if (transport().hasHandshake()) {
      layer().connections().shookHands(this);
      layer().meters().handshake(transport(), HandshakeResult.SUCCESS);
    }
  }

  @Override
  public void message(byte[] message) {
    layer().receiver().receive(message, this);
  }

  @Override
  public void end(String reason, byte[] lastWords) throws IOException {
    write(lastWords);
    close(reason);
  }

  @Override
  public void endSoon(String reason, byte[] lastWords) throws IOException {
    doomedSince = System.nanoTime();
    doom = reason;
    write(lastWords);
  }

  @Override
  public void endOfStream() {
    closedByPeer();
  }

  private void closedByPeer() {
    if (doom == null) {
      close(HandshakeResult.CLOSED, "closed by the peer");
    } else {
      close(doom);
    }
  }

  @Override
  public void offload(Runnable lengthy, Runnable after) {
    layer()
        .threads()
        .execute(
            accepted ? Kind.NEW : Kind.BEGUN,
            () -> {
              lengthy.run();
              after.run();
            });
  }

  @Override
  public void broken(IOException reason) {
    close(HandshakeResult.of(reason), reason.getMessage());
  }

  /** The session of a TLS connection, with the peer's certificates; null for one without TLS. */
  public SSLSession session() {
    return tls == null ? null : tls.session();
  }

  @Override
  void answered(String branch, SIPResponse response) {
    unanswered.remove(branch, response);
  }

  void closeIfOverdue(long now) {
    long silentNanos = now - lastHeard;
    long idleNanos = layer().settings().idleTimeout().toNanos();
    if (doom != null) {
      if (now > doomedSince && now - doomedSince > LAST_WORDS_NANOS) {
        close(doom);
      }
    } else if (!ready && now - openedAt > layer().settings().handshakeTimeout().toNanos()) {
      close(
          HandshakeResult.TIMEOUT,
          "no handshake within %ds".formatted(layer().settings().handshakeTimeout().toSeconds()));
    } else if (idleNanos > 0 && silentNanos > idleNanos) {
      close("silent for %ds".formatted(TimeUnit.NANOSECONDS.toSeconds(silentNanos)));
    } else {
      closeIfSlow(now, layer().settings().messageTimeout().toNanos());
    }
  }

  private void closeIfSlow(long now, long patienceNanos) {
    if (accepted && !greeted && now - openedAt > patienceNanos) {
      close("no message since it was opened");
    } else if (now > partialSince && now - partialSince > patienceNanos) {
      close("a message does not end");
    } else if (now > blockedSince && now - blockedSince > patienceNanos) {
      close("the peer does not read what it is sent");
    } else if (pinged - lastHeard > 0) {
      if (now - pinged > patienceNanos) {
        close("no answer to a ping");
      }
    } else {
      pingWhenSilent(now, layer().settings().webSocket().pingInterval().toNanos());
    }
  }

  private void pingWhenSilent(long now, long intervalNanos) {
    if (!transport().isWebSocket()
        || !ready
        || intervalNanos == 0
        || now - lastHeard < intervalNanos) {
      return;
    }
    pinged = now;
    try {
      framing.ping();
    } catch (IOException e) {
      broken(e);
    }
  }

  /** Another handshake needs the room. */
  void giveWay() {
    close(
        HandshakeResult.CROWDED,
        "too many handshakes at once (%s)".formatted(SipSettings.TLS_MAX_HANDSHAKES));
  }

  /** Whether the peer opened it. */
  boolean isAccepted() {
    return accepted;
  }

  @Override
  public void close() {
    close(HandshakeResult.CLOSED, "closed by this server");
  }

  private void close(String reason) {
    close(HandshakeResult.PROTOCOL, reason);
  }

  /**
   * Closes, for good.
   *
   * @param handshake what a handshake comes to that ends by this
   */
  private void close(HandshakeResult handshake, String reason) {
    if (!open.compareAndSet(true, false)) {
      return;
    }
    if (transport().hasHandshake() && !ready) {
      String protocol = tls == null || secured ? "WebSocket" : "TLS";
      HANDSHAKES.log(Level.INFO, "%s: %s handshake failed: %s", flow(), protocol, reason);
      layer().handshakeFailed(flow(), handshake, reason);
    }
    layer().connections().remove(this);
    releasePartial();
    layer()
        .threads()
        .execute(
            () -> {
              closeSocket();
              unanswered.all().forEach(this::fail);
              layer().closed(flow());
            });
    LOG.log(Level.DEBUG, "{0}: {1}", flow(), reason);
  }

  /** Says goodbye and closes the socket; a second time does nothing. */
  void closeSocket() {
    layer().connections().closed(this);
    try {
      byte[] goodbye = framing.goodbye();
      if (goodbye.length > 0) {
        write(goodbye);
      }
      if (tls != null) {
        tls.close();
      }
    } catch (IOException e) {
      LOG.log(Level.TRACE, "No goodbye to the peer", e);
    }
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "A socket did not close", e);
    }
  }

  private void fail(SIPRequest request) {
    answerInstead(request, FailedFlow.STATUS, FailedFlow.REASON);
  }

  @Override
  Supplier<Optional<SipChannel>> reference() {
    Connections connections = layer().connections();
    String known = id;
    return () -> connections.find(known).map(SipChannel.class::cast);
  }

  /** What tells this connection from every other. */
  public String id() {
    return id;
  }

  @Override
  public Transport transport() {
    return listener.kind();
  }

  @Override
  public Flow flow() {
    return Flow.between(transport(), local(), remote(), id);
  }

  private static String randomId() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
