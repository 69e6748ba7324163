package org.m2mx.sipcontainer.transport;

import gov.nist.core.HostPort;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.MessageProcessor;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.FlowRoute;

/** A UDP port. */
final class DatagramListener extends MessageProcessor implements EventLoop.Handler {
  private static final Logger LOG = System.getLogger(DatagramListener.class.getName());
  private static final int SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;
  private static final int DATAGRAMS_AT_ONCE = 64;
  private static final int MAX_DATAGRAM_BYTES = 65507;

  private final TransportLayer layer;
  private DatagramChannel channel;

  DatagramListener(TransportLayer layer, InetAddress address, int port) {
    super(address, port, Transport.UDP.parameter(), layer.stack());
    this.layer = layer;
  }

  @Override
  public void start() throws IOException {
    channel = DatagramChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
      channel.bind(new InetSocketAddress(getIpAddress(), getPort()));
      channel.configureBlocking(false);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    layer.loop().register(channel, SelectionKey.OP_READ, this);
  }

  @Override
  public void ready(SelectionKey key, ByteBuffer buffer) throws IOException {
    for (int i = 0; i < DATAGRAMS_AT_ONCE; i++) {
      InetSocketAddress source = (InetSocketAddress) channel.receive(buffer.clear());
      if (source == null) {
        return;
      }
      byte[] message = new byte[buffer.flip().remaining()];
      buffer.get(message);
      if (!isKeepAlive(message)) {
        layer.receiver().receive(message, new DatagramFlow(layer, this, source));
      }
    }
  }

  void send(byte[] message, InetSocketAddress target) throws IOException {
    if (message.length > MAX_DATAGRAM_BYTES) {
      throw new IOException("message of " + message.length + " bytes does not fit a datagram");
    }
    if (channel.send(ByteBuffer.wrap(message), target) == 0) {
      LOG.log(Level.DEBUG, "Datagram to {0} lost, the socket's buffer is full", target);
    }
  }

  private static boolean isKeepAlive(byte[] message) {
    for (byte b : message) {
      if (b != '\r' && b != '\n' && b != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void stop() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "UDP port " + getPort() + " did not close", e);
    }
  }

  @Override
  public SIPTransactionStack getSIPStack() {
    return layer.stack();
  }

  @Override
  public MessageChannel createMessageChannel(HostPort target) throws IOException {
    String host = target.getHost().getHostname();
    if (FlowRoute.isFlowHost(host)) {
      return new DatagramFlow(layer, this, FlowRoute.peer(host));
    }
    if (!AddressText.isLiteral(host)) {
      return new NamedTarget(layer, this, Transport.UDP, host);
    }
    return createMessageChannel(target.getInetAddress(), target.getPort());
  }

  @Override
  public MessageChannel createMessageChannel(InetAddress host, int port) {
    int targetPort = port > 0 ? port : getDefaultTargetPort();
    return new DatagramFlow(layer, this, new InetSocketAddress(host, targetPort));
  }

  @Override
  public int getDefaultTargetPort() {
    return Transport.UDP.defaultPort();
  }

  @Override
  public boolean isSecure() {
    return false;
  }

  @Override
  public int getMaximumMessageSize() {
    return MAX_DATAGRAM_BYTES;
  }

  @Override
  public boolean inUse() {
    return true;
  }
}
