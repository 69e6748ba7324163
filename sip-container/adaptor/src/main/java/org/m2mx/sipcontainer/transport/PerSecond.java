package org.m2mx.sipcontainer.transport;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Permits so many things a second, for what strangers can cause as often as they like. */
final class PerSecond {
  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  private final int most;
  private final LongSupplier nanoTime;
  private long begun;
  private int asked;

  PerSecond(int most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
  }

  /** One more; whether it may be. */
  synchronized boolean permits() {
    return ++asked <= most;
  }

  /**
   * Begins a new second when the last one is over.
   *
   * @return how many were not permitted in the last one; 0 while it lasts
   */
  synchronized int refusedBefore() {
    long now = nanoTime.getAsLong();
    if (now - begun < SECOND_NANOS) {
      return 0;
    }
    int refused = Math.max(0, asked - most);
    begun = now;
    asked = 0;
    return refused;
  }
}
