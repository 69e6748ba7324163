package org.m2mx.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** A UDP port that talks to one server. */
public final class UdpPort implements AutoCloseable {
  private static final int SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;
  private static final int MAX_DATAGRAM_BYTES = 65507;

  private final DatagramChannel channel;
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES);
  private final InetSocketAddress local;

  /**
   * Opens a port on the loopback.
   *
   * @param server where everything goes
   * @throws IOException when the system has none to give
   */
  public UdpPort(InetSocketAddress server) throws IOException {
    channel = DatagramChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    channel.connect(server);
    channel.configureBlocking(false);
    local = (InetSocketAddress) channel.getLocalAddress();
    selector = Selector.open();
    channel.register(selector, SelectionKey.OP_READ);
  }

  /** Host and port, as they stand in a Via or a URI. */
  public String hostPort() {
    return local.getAddress().getHostAddress() + ':' + local.getPort();
  }

  /** The port's number; conversations that are told apart by it need no more. */
  public int number() {
    return local.getPort();
  }

  /** Sends; a full socket loses the message, as the network would. */
  void send(String message) throws IOException {
    channel.write(ByteBuffer.wrap(message.getBytes(UTF_8)));
  }

  /** The next message that is there; null when there is none. */
  SipMessage receive() throws IOException {
    buffer.clear();
    if (channel.read(buffer) <= 0) {
      return null;
    }
    buffer.flip();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return new SipMessage(new String(bytes, UTF_8));
  }

  /** Waits for a message, at most so long. */
  void await(long millis) throws IOException {
    selector.select(key -> {}, millis);
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
