package org.m2mx.sipcontainer.stack;

import java.io.IOException;
import org.m2mx.sipcontainer.config.AddressText;

/** A party that others reach at an address of its own, over UDP or TCP. */
final class Peer implements AutoCloseable {
  private final String uri;
  private final SipClient own;
  private final Target door;

  private Peer(String uri, SipClient own, Target door) {
    this.uri = uri;
    this.own = own.at(uri);
    this.door = door;
  }

  static Peer udp(String user, String address, int port) throws IOException {
    Datagrams datagrams = new Datagrams(address, port);
    String uri =
        "sip:%s@%s:%d;transport=udp"
            .formatted(
                user,
                AddressText.inHeader(datagrams.local().getAddress()),
                datagrams.local().getPort());
    return new Peer(uri, SipClient.udp(user, datagrams), null);
  }

  static Peer tcp(String user, String address, int port) throws IOException {
    Target door = new Target(user, address);
    return new Peer(door.uri(), SipClient.tcp(user, address, port), door);
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
