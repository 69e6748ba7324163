package org.m2mx.sipcontainer.dns;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The moment by which a look-up has to be done. */
record Deadline(Clock clock, Instant at) {
  static Deadline in(Duration time, Clock clock) {
    return new Deadline(clock, clock.instant().plus(time));
  }

  /** What is left, but no more than this; zero when nothing is. */
  Duration atMost(Duration most) {
    Duration left = Duration.between(clock.instant(), at);
    if (left.isNegative()) {
      return Duration.ZERO;
    }
    return left.compareTo(most) < 0 ? left : most;
  }
}
