package org.m2mx.sipcontainer.transport;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all connections together hold of messages that have not arrived whole. Each of them may send
 * a large message slowly, but not all at once.
 */
final class PartialMessages {
  private final long most;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param most bytes
   */
  PartialMessages(long most) {
    this.most = most;
  }

  /**
   * A connection holds more or less than before.
   *
   * @param bytes the difference
   * @throws IOException when it is more and there is no room for it
   */
  void add(int bytes) throws IOException {
    if (held.addAndGet(bytes) > most && bytes > 0) {
      throw new IOException("%d bytes of partial messages are held already".formatted(most));
    }
  }

  /** A connection is gone and what it held with it. */
  void release(int bytes) {
    held.addAndGet(-bytes);
  }

  long held() {
    return held.get();
  }
}
