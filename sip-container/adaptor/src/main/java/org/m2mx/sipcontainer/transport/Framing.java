package org.m2mx.sipcontainer.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/** How SIP messages lie in the bytes of a connection. */
interface Framing {
  /** The connection around it. */
  interface Owner {
    /** Sends bytes, which are not framed any more. */
    void write(byte[] bytes) throws IOException;

    /** A whole message. */
    void message(byte[] message) throws IOException;

    /** Messages can be sent from now on. */
    void opened() throws IOException;

    /**
     * The connection ends.
     *
     * @param reason for people
     * @param lastWords bytes to send
     */
    void end(String reason, byte[] lastWords) throws IOException;

    /**
     * The connection ends once the peer has had time to read what it was sent last.
     *
     * @param reason for people
     * @param lastWords bytes to send, may be none
     */
    void endSoon(String reason, byte[] lastWords) throws IOException;
  }

  /** Begins; bytes can be sent and may come. */
  void start() throws IOException;

  /**
   * Takes bytes of the peer.
   *
   * @throws IOException when no message can be found in them any more
   */
  void receive(ByteBuffer bytes) throws IOException;

  /** Sends a message, or keeps it until the connection is opened. */
  void send(byte[] message) throws IOException;

  /** Asks the peer for a sign of life, where there is a way to. */
  void ping() throws IOException;

  /** The last bytes to a peer that is there still; may be none. */
  byte[] goodbye();

  /** Messages received so far. */
  long messages();

  /** Bytes held of what has not arrived whole; 0 between messages. */
  int heldBytes();
}
