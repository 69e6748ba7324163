package org.m2mx.sipcontainer.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One message after the other, each as long as its Content-Length says (RFC 3261 section 18.3). */
final class StreamFraming implements Framing {
  private static final String PONG = "\r\n";
  private static final byte[] NOTHING = {};

  private final Owner owner;
  private final MessageFramer framer;

  StreamFraming(int maxMessageBytes, Owner owner) {
    this.owner = owner;
    this.framer =
        new MessageFramer(
            maxMessageBytes,
            new MessageFramer.Sink() {
              @Override
              public void message(byte[] message) throws IOException {
                owner.message(message);
              }

              @Override
              public void pings(int count) throws IOException {
                owner.write(PONG.repeat(count).getBytes(StandardCharsets.US_ASCII));
              }
            });
  }

  @Override
  public void start() throws IOException {
    owner.opened();
  }

  @Override
  public void receive(ByteBuffer bytes) throws IOException {
    framer.receive(bytes);
  }

  @Override
  public void send(byte[] message) throws IOException {
    owner.write(message);
  }

  /** Clients keep a flow alive, servers answer (RFC 5626 section 3.5.1). */
  @Override
  public void ping() {
    // There is no way to.
  }

  @Override
  public byte[] goodbye() {
    return NOTHING;
  }

  @Override
  public long messages() {
    return framer.messages();
  }

  @Override
  public int heldBytes() {
    return framer.heldBytes();
  }
}
