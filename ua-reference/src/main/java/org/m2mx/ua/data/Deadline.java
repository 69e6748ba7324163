package org.m2mx.ua.data;

import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * When a channel must be there.
 *
 * @param nanoTime by {@link System#nanoTime()}
 */
record Deadline(long nanoTime) {

  /** So long from now. */
  static Deadline in(Duration limit) {
    return new Deadline(System.nanoTime() + limit.toNanos());
  }

  /** Returns how long that is, as sockets want it: 1 ms or more. */
  int millisLeft() throws SocketTimeoutException {
    long millis = (nanoTime - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new SocketTimeoutException("timed out");
    }
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }
}
