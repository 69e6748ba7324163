package org.m2mx.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Lets a {@link Callee} answer on a port, in a thread of its own, until it is closed. */
public final class CalleePort implements AutoCloseable {
  private static final long LOOK_UP_MILLIS = 100;

  private final UdpPort port;
  private final Callee callee;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Starts answering.
   *
   * @param port stays open afterwards
   * @param callee who answers
   */
  public CalleePort(UdpPort port, Callee callee) {
    this.port = port;
    this.callee = callee;
    this.thread = new Thread(this::run, "callee");
    this.thread.setDaemon(true);
    this.thread.start();
  }

  private void run() {
    try {
      while (!closed) {
        for (SipMessage message = port.receive(); message != null; message = port.receive()) {
          if (!message.isResponse()) {
            for (String response : callee.on(message)) {
              port.send(response);
            }
          }
        }
        port.await(LOOK_UP_MILLIS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The callee's port failed", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
