package org.m2mx.sipcontainer.dns;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The moment by which a look-up has to be done. */
record Deadline(Clock clock, Instant at) {
  static Deadline in(Duration time, Clock clock) {
    return new Deadline(clock, clock.instant().plus(time));
  }

  /** What is left; zero when nothing is. */
  Duration left() {
    Duration left = Duration.between(clock.instant(), at);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** What is left, but no more than this; zero when nothing is. */
  Duration atMost(Duration most) {
    Duration left = left();
    return left.compareTo(most) < 0 ? left : most;
  }
}
