package org.apache.log4j;

/**
 * So many lines a second: whatever a stranger sends makes the core complain, and a log that grows
 * as fast as strangers can send is a way to fill a disk.
 */
final class LineLimit {
  private static final int LINES_A_SECOND = 10;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private long begun = System.nanoTime();
  private int asked;

  /** Begins a new second when the last one is over; returns how many lines that one left out. */
  synchronized int leftOut() {
    long now = System.nanoTime();
    if (now - begun < SECOND_NANOS) {
      return 0;
    }
    int leftOut = Math.max(0, asked - LINES_A_SECOND);
    begun = now;
    asked = 0;
    return leftOut;
  }

  /** Whether one more line may be written. */
  synchronized boolean permits() {
    return ++asked <= LINES_A_SECOND;
  }
}
