package org.m2mx.ua.resume;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.octets.PieceInput;
import org.m2mx.ua.octets.PieceOutput;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;

/**
 * A stream that outlives the connections which carry it: none of its octets is lost or doubled as
 * long as another connection comes in time. Between two it takes what is written until its window
 * is full; then, and where there is nothing to read, threads wait.
 *
 * <p>Writing returns as soon as the stream has the octets; {@link #awaitTaken} waits until the
 * peer's program has them.
 */
public final class ResumableChannel implements DataChannel {
  /** How long the peer may be left in the dark about a little that was taken. */
  private static final long TAKEN_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

  /** How long what is going at the end may take to go. */
  private static final long FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Why and since when there is no connection. */
  private record Loss(IOException cause, long since) {}

  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition readable = lock.newCondition();
  private final Condition writable = lock.newCondition();
  private final Condition sendable = lock.newCondition();
  private final Incoming incoming;
  private final Outgoing outgoing;
  private final InputStream input = new Input();
  private final OutputStream output = new Output();

  /** Is told why a connection was lost. */
  private Consumer<IOException> lossListener;

  /** The present connection, or else the last. */
  private DataChannel connection;

  /** Its ends, which a socket forgets when it is closed. */
  private InetSocketAddress local;

  private InetSocketAddress remote;

  /** Null while there is no connection; then there is a loss. */
  private Link link;

  private Loss loss;

  /** Why there cannot be another connection. */
  private IOException failure;

  /** The session is over: there will not be another connection. */
  private boolean over;

  private boolean closed;

  /**
   * A stream over its first connection, by which nothing goes until it {@linkplain #begin begins}.
   *
   * @param first which is open, and a stream; this takes it over
   * @param window how many octets either side may send that the other's program has not taken
   * @param patience how long it may be without a connection
   */
  public ResumableChannel(DataChannel first, int window, Duration patience) {
    this.patience = patience;
    this.incoming = new Incoming(window);
    this.outgoing = new Outgoing(window);
    connect(first);
    this.link = new Link(this, first, true);
  }

  /**
   * Begins. To be called once, before anything else.
   *
   * @param lossListener is told, on a thread of this stream, why a connection was lost, or that the
   *     peer has closed it; it must return soon
   */
  public void begin(Consumer<IOException> lossListener) {
    lock.lock();
    try {
      this.lossListener = lossListener;
      link.start();
    } finally {
      lock.unlock();
    }
  }

  /** Gives the present connection up, because another will take its place. */
  public void suspend() {
    giveUp(new SocketException("its connection was given up for another, which has not come"));
  }

  private void giveUp(IOException cause) {
    Link last;
    lock.lock();
    try {
      last = link;
      if (last != null) {
        detach(cause);
      }
    } finally {
      lock.unlock();
    }
    abort(last);
  }

  /** Never with the lock: it may take its time, for which nobody else should have to wait. */
  private static void abort(Link last) {
    if (last != null) {
      last.abort();
    }
  }

  /**
   * Goes on by another connection.
   *
   * @param next which is open, and leads to the same peer
   */
  public void resume(DataChannel next) {
    Link fresh = new Link(this, next, false);
    Link last = null;
    boolean late;
    lock.lock();
    try {
      late = closed || failure != null;
      if (!late) {
        last = link;
        connect(next);
        link = fresh;
        loss = null;
      }
    } finally {
      lock.unlock();
    }
    abort(last);
    if (late) {
      fresh.abort();
    } else {
      fresh.start();
    }
  }

  private void connect(DataChannel present) {
    connection = present;
    local = present.localAddress();
    remote = present.remoteAddress();
  }

  /** Says whether it has no connection now, and waits for another. */
  public boolean isSuspended() {
    lock.lock();
    try {
      return link == null && !closed && failure == null;
    } finally {
      lock.unlock();
    }
  }

  /** The session is over: without a connection the stream is, too, wherever it was. */
  public void sessionEnded() {
    lock.lock();
    try {
      over = true;
      wakeAll();
    } finally {
      lock.unlock();
    }
  }

  /** Gives the last connection up. What has come can still be read. */
  public void disconnect() {
    giveUp(new SocketException("nothing more came"));
  }

  private void detach(IOException cause) {
    link = null;
    loss = new Loss(cause, System.nanoTime());
    wakeAll();
  }

  private void wakeAll() {
    readable.signalAll();
    writable.signalAll();
    sendable.signalAll();
  }

  /** A connection is lost, perhaps one that was given up before. */
  void lost(Link from, IOException cause) {
    boolean told;
    lock.lock();
    try {
      if (link != from) {
        return;
      }
      detach(cause);
      told = !closed;
    } finally {
      lock.unlock();
    }
    from.abort();
    if (told) {
      lossListener.accept(cause);
    }
  }

  /**
   * Waits for what is to go by a connection.
   *
   * @param frames gets it
   * @return its length, or 0 if nothing goes by this connection any more
   */
  int next(Link asking, byte[] frames) throws InterruptedException {
    lock.lock();
    try {
      written(asking);
      boolean waited = false;
      while (link == asking) {
        int length = fill(asking, ByteBuffer.wrap(frames), waited);
        if (length > 0) {
          asking.setWriting(true);
          return length;
        }
        if (incoming.owes()) {
          waited = sendable.awaitNanos(TAKEN_DELAY_NANOS) <= 0;
        } else {
          sendable.await();
        }
      }
      return 0;
    } finally {
      lock.unlock();
    }
  }

  private int fill(Link asking, ByteBuffer frames, boolean owedForLong) {
    if (asking.greets()) {
      Frame.putResume(frames, incoming.received(), incoming.acknowledge());
    }
    boolean sends = closed ? owesEnd(asking) : asking.hasHeard() && outgoing.isDue();
    if (incoming.owesAtOnce() || incoming.owes() && (sends || owedForLong || closed)) {
      Frame.putTaken(frames, incoming.acknowledge());
    }
    if (sends) {
      Frame.putData(frames, outgoing);
      if (frames.remaining() >= Frame.HEADER && outgoing.nextIsEnd()) {
        Frame.putEnd(frames);
      }
    }
    return frames.position();
  }

  /**
   * Takes a frame.
   *
   * @return whether others may follow
   */
  boolean received(Link from, int type, byte[] payload, int length) {
    lock.lock();
    try {
      if (link != from) {
        return false;
      }
      take(from, type, payload, length);
      return true;
    } catch (ProtocolException e) {
      failure = new ProtocolException("not as agreed: " + e.getMessage());
      detach(failure);
    } finally {
      lock.unlock();
    }
    from.abort();
    return false;
  }

  private void take(Link from, int type, byte[] payload, int length) throws ProtocolException {
    if (from.hasHeard() == (type == Frame.RESUME)) {
      throw new ProtocolException("the peer sends a frame of type " + type + " at the wrong time");
    }
    switch (type) {
      case Frame.DATA -> {
        incoming.received(payload, length);
        readable.signal();
      }
      case Frame.END -> {
        requireLength(type, length, 0);
        incoming.end();
        readable.signalAll();
      }
      case Frame.TAKEN -> {
        requireLength(type, length, Long.BYTES);
        outgoing.taken(ByteBuffer.wrap(payload).getLong());
        writable.signalAll();
      }
      case Frame.RESUME -> {
        requireLength(type, length, 2 * Long.BYTES);
        ByteBuffer numbers = ByteBuffer.wrap(payload);
        outgoing.resume(numbers.getLong());
        outgoing.taken(numbers.getLong());
        from.heard();
        writable.signalAll();
        sendable.signalAll();
      }
      default -> throw new ProtocolException("the peer sends a frame of type " + type);
    }
  }

  private static void requireLength(int type, int length, int right) throws ProtocolException {
    if (length != right) {
      throw new ProtocolException(
          "the peer sends a frame of type " + type + " with " + length + " octets");
    }
  }

  /** Waits for something to change, but not for another connection for ever. */
  private void await(Condition change, long mostNanos) throws IOException {
    try {
      long left =
          link == null ? loss.since() + patience.toNanos() - System.nanoTime() : Long.MAX_VALUE;
      if (left > 0) {
        change.awaitNanos(Math.min(left, mostNanos));
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    failure =
        new IOException(
            loss.cause().getMessage()
                + "; no other connection within "
                + patience.toSeconds()
                + " s, and "
                + outgoing.untaken()
                + " octets that the peer may not have got");
    wakeAll();
  }

  private void requireHope() throws IOException {
    if (closed) {
      throw new SocketException("closed");
    }
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
    if (link == null && over) {
      throw new IOException(
          "the session ended before the stream: " + loss.cause().getMessage(), loss.cause());
    }
  }

  private int read(byte[] to, int offset, int length) throws IOException {
    lock.lock();
    try {
      while (true) {
        if (closed) {
          throw new SocketException("closed");
        }
        boolean owed = incoming.owes();
        int read = incoming.read(to, offset, length);
        if (read != 0) {
          if (incoming.owesAtOnce() || incoming.owes() && !owed) {
            sendable.signal();
          }
          return read;
        }
        requireHope();
        await(readable, Long.MAX_VALUE);
      }
    } finally {
      lock.unlock();
    }
  }

  private int available() {
    lock.lock();
    try {
      return incoming.available();
    } finally {
      lock.unlock();
    }
  }

  private void write(byte[] from, int offset, int length) throws IOException {
    lock.lock();
    try {
      for (int written = 0; written < length; ) {
        requireHope();
        if (outgoing.isEnded()) {
          throw new SocketException("the output has ended");
        }
        int taken = outgoing.write(from, offset + written, length - written);
        written += taken;
        if (taken == 0) {
          await(writable, Long.MAX_VALUE);
        } else {
          sendable.signal();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void endOutput() throws IOException {
    lock.lock();
    try {
      requireHope();
      outgoing.end();
      sendable.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean awaitTaken(Duration stillness, Duration limit) throws IOException {
    lock.lock();
    try {
      long goal = outgoing.limit();
      long end = System.nanoTime() + limit.toNanos();
      long before = -1;
      long deadline = 0;
      // The server's BYE may overtake what the peer says last.
      while (outgoing.taken() < goal && !(over && link == null)) {
        requireHope();
        long now = System.nanoTime();
        if (outgoing.taken() != before) {
          before = outgoing.taken();
          deadline = now + stillness.toNanos();
        }
        long left = Math.min(deadline - now, end - now);
        if (left <= 0) {
          return false;
        }
        await(writable, left);
      }
      return outgoing.taken() >= goal;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isResumable() {
    return true;
  }

  private DataChannel connection() {
    lock.lock();
    try {
      return connection;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public DataProtocol dataProtocol() {
    return connection().dataProtocol();
  }

  @Override
  public OptionalInt packetLimit() {
    return OptionalInt.empty();
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public String protocol() {
    return connection().protocol();
  }

  @Override
  public String cipherSuite() {
    return connection().cipherSuite();
  }

  /** Returns this side's address, of the present connection or else of the last. */
  @Override
  public InetSocketAddress localAddress() {
    lock.lock();
    try {
      return local;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the peer's address, of the present connection or else of the last. */
  @Override
  public InetSocketAddress remoteAddress() {
    lock.lock();
    try {
      return remote;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Fingerprint ownFingerprint() {
    return connection().ownFingerprint();
  }

  @Override
  public Fingerprint peerFingerprint() {
    return connection().peerFingerprint();
  }

  @Override
  public long bytesReceived() {
    lock.lock();
    try {
      return incoming.read();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long bytesSent() {
    lock.lock();
    try {
      return outgoing.written();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends both directions at once. What was not read or has not gone yet is lost, and its end is
   * missed by the peer; but the peer is told what was taken.
   */
  @Override
  public void close() throws IOException {
    Link last;
    boolean stuck;
    lock.lock();
    try {
      closed = true;
      wakeAll();
      awaitFarewell();
      last = link;
      stuck = isBusy();
      link = null;
    } finally {
      lock.unlock();
    }
    if (stuck) {
      last.abort();
    } else if (last != null) {
      last.close();
    }
  }

  private void awaitFarewell() {
    try {
      long left = FAREWELL_NANOS;
      while (isBusy() && left > 0) {
        left = writable.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isBusy() {
    return link != null && (link.isWriting() || incoming.owes() || owesEnd(link));
  }

  private boolean owesEnd(Link by) {
    return by.hasHeard() && outgoing.isDue() && outgoing.isAtEnd();
  }

  @Override
  public void abort() {
    Link last;
    lock.lock();
    try {
      last = link;
      closed = true;
      link = null;
      wakeAll();
    } finally {
      lock.unlock();
    }
    abort(last);
  }

  /** What was going by a connection has gone, or cannot. */
  void written(Link by) {
    lock.lock();
    try {
      by.setWriting(false);
      if (closed) {
        writable.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private final class Input extends PieceInput {
    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, buffer.length);
      return length == 0 ? 0 : ResumableChannel.this.read(buffer, offset, length);
    }

    @Override
    public int available() {
      return ResumableChannel.this.available();
    }
  }

  private final class Output extends PieceOutput {
    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, buffer.length);
      ResumableChannel.this.write(buffer, offset, length);
    }
  }
}
