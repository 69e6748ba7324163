package org.m2mx.ua.forward;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * The asking side of a forward: listens on ports of this machine and has connections to them
 * carried to ports of the peer. It outlives the channels that carry them; while there is none,
 * connections are closed at once.
 */
public final class PortForward implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PortForward.class.getName());
  private static final int BACKLOG = 50;

  private final List<ServerSocket> listeners = new ArrayList<>();
  private final Link.Liveness liveness;
  private volatile Link link;

  /** Listens nowhere yet. */
  public PortForward() {
    this(Link.Liveness.DEFAULT);
  }

  PortForward(Link.Liveness liveness) {
    this.liveness = liveness;
  }

  /**
   * Listens on a port.
   *
   * @param own an address of this machine, and a port or 0 for a free one
   * @param port the peer's port, 1 to 65535
   * @return where it listens
   * @throws IOException if the address or the port cannot be had
   */
  public synchronized InetSocketAddress listen(InetSocketAddress own, int port) throws IOException {
    ServerSocket listener = new ServerSocket();
    try {
      listener.setReuseAddress(true);
      listener.bind(own, BACKLOG);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    listeners.add(listener);
    Thread thread = new Thread(() -> accept(listener, port), "m2mx-ua-forward-listen");
    thread.setDaemon(true);
    thread.start();
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** Returns the loopback addresses on which programs look for a server by name. */
  public static List<InetAddress> loopback() {
    try {
      return List.of(
          InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
          InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
    } catch (IOException e) {
      throw new IllegalStateException("addresses of 4 and 16 bytes are addresses", e);
    }
  }

  private void accept(ServerSocket listener, int port) {
    while (!listener.isClosed()) {
      try {
        carry(listener.accept(), port);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "A connection was not accepted", e);
      }
    }
  }

  private void carry(Socket socket, int port) throws IOException {
    Link current = link;
    if (current == null || current.isFull()) {
      socket.close();
      return;
    }
    socket.setTcpNoDelay(true);
    current.open(socket, port);
  }

  /**
   * Carries connections over a channel until that ends.
   *
   * @param in from the peer
   * @param out to the peer
   * @param channel is closed when the peer is found to have gone
   * @param listener is told of connections
   * @throws ForwardException if the peer does not expose ports
   * @throws IOException if the channel breaks
   */
  public void carry(InputStream in, OutputStream out, Closeable channel, ForwardListener listener)
      throws IOException {
    Frames frames = new Frames(in, out);
    frames.greet(Frames.FORWARDS, Frames.EXPOSES);
    link = new Link(frames, channel, null, liveness, listener);
    listener.ready();
    try {
      link.run();
    } finally {
      link = null;
    }
  }

  /** Stops listening. A channel that carries connections is not touched. */
  @Override
  public synchronized void close() {
    for (ServerSocket listener : listeners) {
      try {
        listener.close();
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "Closing a listener", e);
      }
    }
  }
}
