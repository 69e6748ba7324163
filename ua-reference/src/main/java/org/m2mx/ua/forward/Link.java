package org.m2mx.ua.forward;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * A channel that carries several connections. The thread that reads it never writes to it and never
 * waits for a socket: so neither side can come to wait for the other for ever.
 */
final class Link {
  /** How many connections there may be at once. */
  static final int MOST = 64;

  private static final System.Logger LOG = System.getLogger(Link.class.getName());
  private static final ThreadFactory DAEMONS =
      task -> {
        Thread thread = new Thread(task, "m2mx-ua-forward");
        thread.setDaemon(true);
        return thread;
      };

  /**
   * How a side that has gone is found out.
   *
   * @param every how often each side says that it is there
   * @param limit how long nothing may come
   */
  record Liveness(Duration every, Duration limit) {
    static final Liveness DEFAULT = new Liveness(Duration.ofSeconds(15), Duration.ofSeconds(60));
  }

  /** Connects for the peer. */
  @FunctionalInterface
  interface Opener {
    /**
     * Connects.
     *
     * @throws IOException why not; the peer is told the message
     */
    Socket open(int port) throws IOException;
  }

  private final Frames frames;
  private final Closeable channel;
  private final Opener opener;
  private final Liveness liveness;
  private final ForwardListener listener;
  private final Map<Integer, Tunnel> tunnels = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool(DAEMONS);
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, DAEMONS);
  private volatile long heard = System.nanoTime();
  private volatile boolean closed;
  private volatile boolean silent;
  private int last;

  /**
   * A link over a channel.
   *
   * @param channel is ended when the peer is found to have gone
   * @param opener connects for the peer, or null if the peer may not ask for it
   */
  Link(
      Frames frames,
      Closeable channel,
      Opener opener,
      Liveness liveness,
      ForwardListener listener) {
    this.frames = frames;
    this.channel = channel;
    this.opener = opener;
    this.liveness = liveness;
    this.listener = listener;
  }

  /**
   * Carries connections until the channel ends.
   *
   * @throws ForwardException if the peer does not keep to the protocol
   * @throws IOException if the channel breaks
   */
  void run() throws IOException {
    long every = liveness.every().toMillis();
    timer.scheduleWithFixedDelay(this::sayAlive, every, every, TimeUnit.MILLISECONDS);
    timer.scheduleWithFixedDelay(this::watch, every, every, TimeUnit.MILLISECONDS);
    try {
      for (Frame frame = frames.read(); frame != null; frame = frames.read()) {
        heard = System.nanoTime();
        received(frame);
      }
    } catch (IOException e) {
      if (silent) {
        throw new IOException(
            "nothing has come from the peer for " + liveness.limit().toSeconds() + " s", e);
      }
      throw e;
    } finally {
      closed = true;
      timer.shutdownNow();
      tunnels.values().forEach(Tunnel::reset);
      threads.shutdownNow();
    }
  }

  private void sayAlive() {
    try {
      write(Frame.of(Frame.Type.ALIVE, 0));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "The link is broken", e);
    }
  }

  private void watch() {
    if (System.nanoTime() - heard > liveness.limit().toNanos()) {
      silent = true;
      try {
        channel.close();
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "Closing a link whose peer has gone", e);
      }
    }
  }

  void write(Frame frame) throws IOException {
    frames.write(frame);
  }

  void forget(int id, Tunnel tunnel) {
    if (tunnels.remove(id, tunnel)) {
      listener.closed(tunnel.port(), tunnel.sent(), tunnel.received());
    }
  }

  /** Says whether there is room for another connection. */
  boolean isFull() {
    return tunnels.size() >= MOST;
  }

  /** Asks the peer for a connection, and joins it to a socket. */
  void open(Socket socket, int port) throws IOException {
    int id;
    Tunnel tunnel;
    synchronized (this) {
      id = ++last;
      tunnel = new Tunnel(id, port, this);
      tunnel.hold(socket);
      tunnels.put(id, tunnel);
      // In the lock, since the peer insists on growing numbers.
      write(Frame.open(id, port));
    }
    if (closed) {
      tunnel.reset();
    }
  }

  private void received(Frame frame) throws ForwardException {
    if (frame.type() == Frame.Type.ALIVE) {
      return;
    }
    if (frame.type() == Frame.Type.OPEN) {
      asked(frame);
      return;
    }
    Tunnel tunnel = tunnels.get(frame.connection());
    if (tunnel == null) {
      // It was reset here, and the peer could not know yet.
      return;
    }
    switch (frame.type()) {
      case OPENED -> {
        listener.opened(tunnel.port());
        tunnel.join(threads);
      }
      case REFUSED -> {
        listener.refused(tunnel.port(), frame.reason());
        tunnel.reset();
      }
      case DATA -> tunnel.received(frame.payload());
      case WINDOW -> tunnel.credited(frame.credit());
      case END -> tunnel.ended();
      default -> tunnel.reset();
    }
  }

  private void asked(Frame frame) throws ForwardException {
    // Twice as many as are served, since the peer hears later than this side that one has ended.
    if (opener == null || frame.connection() <= last || tunnels.size() >= 2 * MOST) {
      throw new ForwardException("The peer asked for a connection that it may not ask for");
    }
    last = frame.connection();
    Tunnel tunnel = new Tunnel(last, frame.port(), this);
    tunnels.put(last, tunnel);
    int id = last;
    threads.execute(() -> grant(id, tunnel));
  }

  private void grant(int id, Tunnel tunnel) {
    try {
      Socket socket;
      try {
        if (tunnels.size() > MOST) {
          throw new IOException("there are " + MOST + " connections already");
        }
        socket = opener.open(tunnel.port());
      } catch (IOException e) {
        listener.refused(tunnel.port(), e.getMessage());
        write(Frame.refused(id, e.getMessage()));
        tunnel.reset();
        return;
      }
      tunnel.hold(socket);
      write(Frame.of(Frame.Type.OPENED, id));
      listener.opened(tunnel.port());
      tunnel.join(threads);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "The link is broken", e);
      tunnel.reset();
    }
  }
}
