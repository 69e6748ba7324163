package org.m2mx.tests.wire;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** What carries SIP messages to and fro. */
interface Wire extends Closeable {
  /** The name of the transport in a Via header. */
  String transport();

  /** Our end as a SIP host, with its port where it has one. */
  String hostPort();

  /**
   * Messages one after the other; a read that waits longer than {@link #patience} throws {@link
   * java.net.SocketTimeoutException}.
   */
  InputStream input() throws IOException;

  /** Sends a message. */
  void send(byte[] message) throws IOException;

  /** How long reads wait from now on. */
  void patience(Duration patience) throws IOException;
}
