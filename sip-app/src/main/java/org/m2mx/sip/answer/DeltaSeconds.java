package org.m2mx.sip.answer;

import java.time.Duration;

/** Times as headers give them: whole seconds (RFC 3261 section 25.1, delta-seconds). */
public final class DeltaSeconds {
  private DeltaSeconds() {}

  /**
   * What is left of a time. A part of a second counts as one: so a header says what was granted,
   * and never 0, which means the end, of what still lives.
   *
   * @param left a negative one counts as none
   */
  public static String of(Duration left) {
    return Long.toString(left.isNegative() ? 0 : left.plusNanos(999_999_999).toSeconds());
  }
}
