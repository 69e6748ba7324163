package org.m2mx.sipcontainer.stack;

import java.io.IOException;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.config.Transport;

/** A party that others reach at an address of its own, over any transport. */
final class Peer implements AutoCloseable {
  private final String uri;
  private final SipClient own;
  private final Target door;

  private Peer(String uri, SipClient own, Target door) {
    this.uri = uri;
    this.own = own.at(uri);
    this.door = door;
  }

  /** One that a server reaches, and that connects to it, over one transport at one address. */
  static Peer of(TestServer server, String user, Transport transport, String address)
      throws Exception {
    if (transport == Transport.UDP) {
      return udp(user, new Datagrams(address, server.port()));
    }
    Target door = server.target(user, transport, address);
    return new Peer(door.uri(), server.connect(user, transport, address), door);
  }

  private static Peer udp(String user, Datagrams datagrams) {
    String uri =
        "sip:%s@%s:%d;transport=udp"
            .formatted(
                user,
                AddressText.inHeader(datagrams.local().getAddress()),
                datagrams.local().getPort());
    return new Peer(uri, SipClient.udp(user, datagrams), null);
  }

  String uri() {
    return uri;
  }

  /** What it sends its own requests over, and gets their answers. */
  SipClient own() {
    return own;
  }

  /** What it gets requests over, and answers them; waits for the first. */
  SipClient reached() throws IOException {
    return door == null ? own : door.connection().at(uri);
  }

  @Override
  public void close() throws IOException {
    own.close();
    if (door != null) {
      door.close();
    }
  }
}
