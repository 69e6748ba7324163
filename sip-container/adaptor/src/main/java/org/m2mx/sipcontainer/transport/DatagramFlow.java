package org.m2mx.sipcontainer.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.Flow;

/** A peer reached by datagrams. */
final class DatagramFlow extends SipChannel {
  private final DatagramListener listener;

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
    return Flow.between(Transport.UDP, local(), remote(), "");
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
