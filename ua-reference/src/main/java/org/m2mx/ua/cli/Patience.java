package org.m2mx.ua.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * How long something is tried that breaks off again and again. It counts from the first break since
 * anything has got on, and not from when that was: in between, this process may have been asleep.
 */
final class Patience {
  private final Clock clock;
  private final Duration limit;
  private Instant moved;
  private Instant broken;

  /**
   * Patience that has not been called for yet.
   *
   * @param limit how long, or zero for not at all
   */
  Patience(Clock clock, Duration limit) {
    this.clock = clock;
    this.limit = limit;
  }

  /**
   * It has broken off.
   *
   * @param lastMoved when anything has got on last
   * @return whether it is to be left at that
   */
  boolean isOver(Instant lastMoved) {
    Instant now = clock.instant();
    if (!lastMoved.equals(moved)) {
      moved = lastMoved;
      broken = now;
    }
    return Duration.between(broken, now).compareTo(limit) >= 0;
  }
}
