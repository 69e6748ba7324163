package org.m2mx.sipcontainer.overload;

import java.time.Duration;

/** Work that waits for a thread. */
public interface Backlog {
  /**
   * How long the oldest piece has waited.
   *
   * @return zero when nothing waits
   */
  Duration delay();

  /** How many pieces wait. */
  int waiting();

  /** How many threads there may be. */
  int count();

  /** The time, of a clock that only goes forward, in nanoseconds. */
  long now();
}
