package org.m2mx.console.permission;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;

/** The last day on which something holds, as operators say it: it ends with that day. */
public final class LastDay {
  private LastDay() {}

  /**
   * When it ends, in the server's time zone.
   *
   * @param day null for never
   */
  public static Optional<Instant> end(LocalDate day) {
    return Optional.ofNullable(day)
        .map(last -> last.plusDays(1).atStartOfDay(ZoneId.systemDefault()).toInstant());
  }
}
