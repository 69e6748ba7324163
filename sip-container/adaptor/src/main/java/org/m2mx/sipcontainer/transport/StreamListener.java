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
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.FlowRoute;
import org.m2mx.sipcontainer.metrics.Shed;

/** A port of connections, and the connections opened from its address. */
final class StreamListener extends MessageProcessor implements EventLoop.Handler {
  private static final Logger LOG = System.getLogger(StreamListener.class.getName());
  private static final int BACKLOG = 1024;
  private static final int ACCEPTS_AT_ONCE = 64;

  private final TransportLayer layer;
  private final Transport kind;
  private final SparseLog refusals = new SparseLog(LOG);
  private ServerSocketChannel server;

  StreamListener(TransportLayer layer, Transport transport, InetAddress address, int port) {
    super(address, port, transport.parameter(), layer.stack());
    this.layer = layer;
    this.kind = transport;
  }

  Transport kind() {
    return kind;
  }

  @Override
  public void start() throws IOException {
    server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(new InetSocketAddress(getIpAddress(), getPort()), BACKLOG);
      server.configureBlocking(false);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    layer.loop().register(server, SelectionKey.OP_ACCEPT, this);
  }

  @Override
  public void ready(SelectionKey key, ByteBuffer buffer) throws IOException {
    for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
      SocketChannel socket = server.accept();
      if (socket == null) {
        return;
      }
      try {
        accept(socket);
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "A connection closed while it was accepted", e);
        socket.close();
      }
    }
  }

  private void accept(SocketChannel socket) throws IOException {
    InetSocketAddress remote = (InetSocketAddress) socket.getRemoteAddress();
    Optional<String> refusal = layer.connections().admit(remote.getAddress());
    if (refusal.isPresent()) {
      layer.meters().shed(Shed.CONNECTION);
      refusals.log(Level.WARNING, "Connection from %s closed, %s", remote, refusal.get());
      socket.close();
    } else {
      Connection.accepted(layer, this, socket, remote);
    }
  }

  @Override
  public void stop() {
    stopAccepting();
    layer.connections().closeAll(this);
  }

  /** No more connections; those there are stay. */
  void stopAccepting() {
    try {
      if (server != null) {
        server.close();
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "Port " + getPort() + " did not close", e);
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
      return layer
          .connections()
          .find(FlowRoute.connection(host))
          .<SipChannel>map(connection -> connection)
          .orElseGet(() -> new FailedFlow(layer, this, kind));
    }
    if (!AddressText.isLiteral(host)) {
      return new NamedTarget(layer, this, kind, host);
    }
    return createMessageChannel(target.getInetAddress(), target.getPort());
  }

  @Override
  public MessageChannel createMessageChannel(InetAddress host, int port) throws IOException {
    int known = port > 0 ? port : getDefaultTargetPort();
    return reach(new InetSocketAddress(host, known), host.getHostAddress());
  }

  SipChannel reach(InetSocketAddress target, String name) throws IOException {
    SipChannel open = layer.connections().find(kind, target);
    return open != null ? open : Connection.opened(layer, this, target, name);
  }

  @Override
  public int getDefaultTargetPort() {
    return kind.defaultPort();
  }

  @Override
  public boolean isSecure() {
    return kind.isSecure();
  }

  @Override
  public int getMaximumMessageSize() {
    return Integer.MAX_VALUE;
  }

  @Override
  public boolean inUse() {
    return true;
  }
}
