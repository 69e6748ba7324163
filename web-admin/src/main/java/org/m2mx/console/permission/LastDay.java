package org.m2mx.console.permission;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;

/** The last day on which something holds, as operators say it: it ends with that day. */
public final class LastDay {
  /** What forms take, and every database can hold. */
  private static final LocalDate LATEST = LocalDate.of(9999, 12, 31);

  private LastDay() {}

  /**
   * When it ends, in the server's time zone.
   *
   * @param day null for never
   * @throws IllegalArgumentException when its year has more than four digits
   */
  public static Optional<Instant> end(LocalDate day) {
    if (day != null && day.isAfter(LATEST)) {
      throw new IllegalArgumentException("There is no end after " + LATEST);
    }
    return Optional.ofNullable(day)
        .map(last -> last.plusDays(1).atStartOfDay(ZoneId.systemDefault()).toInstant());
  }
}
