package org.m2mx.sipcontainer.overload;

import java.time.Duration;
import org.m2mx.sipcontainer.overload.Admission.Kind;

/** Work that waits for a thread. */
public interface Backlog {
  /**
   * How long the oldest piece has waited of all that comes no later than a kind.
   *
   * @return zero when nothing waits
   */
  Duration delay(Kind kind);

  /** How many pieces wait. */
  int waiting();

  /** How many threads there may be. */
  int count();

  /** The time, of a clock that only goes forward, in nanoseconds. */
  long now();
}
