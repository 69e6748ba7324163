package org.m2mx.bench.server;

import java.net.InetSocketAddress;
import org.m2mx.bench.machine.ProcessTree;

/** A server under measurement: registrar and record-routing proxy, digest, bindings kept. */
public interface SipServer extends AutoCloseable {
  /** What stands in the table. */
  String name();

  /** Where it listens for UDP. */
  InetSocketAddress address();

  /** Its processes. */
  ProcessTree tree();

  /**
   * The memory that its data takes, without what is free or waits to be collected.
   *
   * @return bytes
   */
  long dataBytes() throws Exception;

  @Override
  void close();
}
