package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.header.Via;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.Flow;

/** A peer reached by datagrams. */
final class DatagramFlow extends SipChannel {
  private final DatagramListener listener;
  private Flow flow;

  DatagramFlow(TransportLayer layer, DatagramListener listener, InetSocketAddress remote) {
    super(layer, listener, remote);
    this.listener = listener;
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public Flow flow() {
    // Two threads may both make it; both make the same.
    if (flow == null) {
      flow = Flow.between(Transport.UDP, local(), remote(), "");
    }
    return flow;
  }

  /** Without rport (RFC 3581 section 4) the port is the one the peer says it listens on. */
  @Override
  SipChannel backTo(Via topmost) {
    InetAddress address =
        Optional.ofNullable(topmost.getMAddr())
            .flatMap(AddressText::literal)
            .orElse(remote().getAddress());
    int port = topmost.getRPort() > 0 ? topmost.getRPort() : topmost.getPort();
    if (port < 1) {
      port = Transport.UDP.defaultPort();
    }
    InetSocketAddress target = new InetSocketAddress(address, port);
    return target.equals(remote()) ? this : new DatagramFlow(layer(), listener, target);
  }

  @Override
  void send(byte[] message) throws IOException {
    listener.send(message, remote());
  }

  @Override
  public void close() {
    // Datagrams leave nothing open.
  }
}
