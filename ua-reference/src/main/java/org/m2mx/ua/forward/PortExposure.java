package org.m2mx.ua.forward;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Set;

/**
 * The exposing side of a forward: connects its peer to ports of this machine, over loopback, and to
 * nothing else.
 */
public final class PortExposure {
  private static final int CONNECT_MILLIS = 5_000;
  private static final List<byte[]> LOOPBACK =
      List.of(
          new byte[] {127, 0, 0, 1}, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

  private final Set<Integer> ports;
  private final Link.Liveness liveness;

  /**
   * Exposes ports.
   *
   * @param ports 1 to 65535 each
   */
  public PortExposure(Set<Integer> ports) {
    this(ports, Link.Liveness.DEFAULT);
  }

  PortExposure(Set<Integer> ports, Link.Liveness liveness) {
    this.ports = Set.copyOf(ports);
    this.liveness = liveness;
  }

  /**
   * Serves a peer until the channel ends.
   *
   * @param in from the peer
   * @param out to the peer
   * @param channel is closed when the peer is found to have gone
   * @param listener is told of connections
   * @throws ForwardException if the peer does not keep to the protocol
   * @throws IOException if the channel breaks
   */
  public void serve(InputStream in, OutputStream out, Closeable channel, ForwardListener listener)
      throws IOException {
    Frames frames = new Frames(in, out);
    frames.greet(Frames.EXPOSES, Frames.FORWARDS);
    new Link(frames, channel, this::connect, liveness, listener).run();
  }

  private Socket connect(int port) throws IOException {
    if (!ports.contains(port)) {
      throw new IOException("port " + port + " is not exposed");
    }
    IOException failure = new IOException("nothing listens on port " + port);
    for (byte[] address : LOOPBACK) {
      Socket socket = new Socket();
      try {
        socket.setTcpNoDelay(true);
        socket.connect(
            new InetSocketAddress(InetAddress.getByAddress(address), port), CONNECT_MILLIS);
        return socket;
      } catch (IOException e) {
        socket.close();
        failure.addSuppressed(e);
      }
    }
    throw failure;
  }
}
