package org.m2mx.ua.data;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.m2mx.ua.net.IpText;

/**
 * The making of one TCP connection between two addresses. Whoever else connects is turned away, and
 * another thread can break it off.
 */
final class OneConnection implements Closeable {
  private static final System.Logger LOG = System.getLogger(OneConnection.class.getName());

  private final List<Closeable> sockets = new ArrayList<>();
  private ServerSocket listener;
  private boolean closed;

  /**
   * Takes a port, for {@link #accept}.
   *
   * @param port 0 for a fresh one
   */
  void listen(InetAddress own, int port) throws IOException {
    listener = hold(new ServerSocket(port, 1, own));
  }

  /** Returns where it listens. */
  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /**
   * Connects, and gives the port up. From one address: the peer's firewall lets in no other of this
   * machine.
   */
  Socket connect(InetAddress own, InetSocketAddress peer, Deadline deadline) throws IOException {
    if (listener != null) {
      listener.close();
    }
    Socket socket = hold(new Socket());
    socket.bind(new InetSocketAddress(own, 0));
    socket.connect(peer, deadline.millisLeft());
    return socket;
  }

  /** Waits for the peer, and gives the port up when it is there. */
  Socket accept(InetAddress peer, Deadline deadline) throws IOException {
    while (true) {
      listener.setSoTimeout(deadline.millisLeft());
      Socket socket = listener.accept();
      if (socket.getInetAddress().equals(peer)) {
        hold(socket);
        listener.close();
        return socket;
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "Refused a connection from {0}: only {1} is the peer",
          IpText.of(socket.getInetAddress()),
          IpText.of(peer));
      socket.close();
    }
  }

  private synchronized <T extends Closeable> T hold(T socket) throws IOException {
    if (closed) {
      socket.close();
      throw new IOException("broken off");
    }
    sockets.add(socket);
    return socket;
  }

  /** The connection is a channel's from now on. */
  synchronized void handOver() throws IOException {
    if (closed) {
      throw new IOException("broken off");
    }
    sockets.clear();
  }

  /** Gives the port up, and closes the connection unless it was handed over. */
  @Override
  public synchronized void close() {
    closed = true;
    for (Closeable socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "Closing a socket", e);
      }
    }
    sockets.clear();
  }
}
