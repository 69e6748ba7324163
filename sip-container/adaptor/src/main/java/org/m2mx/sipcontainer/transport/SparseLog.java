package org.m2mx.sipcontainer.transport;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Log lines that strangers can cause: so many a second and no more, with a count of those left out.
 */
final class SparseLog {
  private static final int LINES_A_SECOND = 10;
  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  private final Logger target;
  private final AtomicLong second = new AtomicLong(System.nanoTime());
  private final AtomicInteger lines = new AtomicInteger();

  SparseLog(Logger target) {
    this.target = target;
  }

  /**
   * Logs, or counts.
   *
   * @param format as for {@link String#format}
   */
  void log(Level level, String format, Object... arguments) {
    if (!target.isLoggable(level)) {
      return;
    }
    long now = System.nanoTime();
    long begun = second.get();
    if (now - begun > SECOND_NANOS && second.compareAndSet(begun, now)) {
      int before = lines.getAndSet(0);
      if (before > LINES_A_SECOND) {
        target.log(level, "%d more lines like the last ones".formatted(before - LINES_A_SECOND));
      }
    }
    if (lines.incrementAndGet() <= LINES_A_SECOND) {
      target.log(level, format.formatted(arguments));
    }
  }
}
