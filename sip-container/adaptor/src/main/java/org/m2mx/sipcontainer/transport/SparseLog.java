package org.m2mx.sipcontainer.transport;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Map;

/**
 * Log lines that strangers can cause: so many a second of each level and no more, with a count of
 * those left out. What is harmless and cheap to cause does not displace what is not.
 */
public final class SparseLog {
  private static final int LINES_A_SECOND = 10;

  private final Logger target;
  private final Map<Level, PerSecond> limits = new EnumMap<>(Level.class);

  /**
   * Limits a log.
   *
   * @param target where the lines go
   */
  public SparseLog(Logger target) {
    this.target = target;
    for (Level level : Level.values()) {
      limits.put(level, new PerSecond(LINES_A_SECOND, System::nanoTime));
    }
  }

  /**
   * Logs, or counts.
   *
   * @param format as for {@link String#format}
   */
  public void log(Level level, String format, Object... arguments) {
    if (!target.isLoggable(level)) {
      return;
    }
    PerSecond limit = limits.get(level);
    int leftOut = limit.refusedBefore();
    if (leftOut > 0) {
      target.log(level, "%d more lines like the last ones".formatted(leftOut));
    }
    if (limit.permits()) {
      target.log(level, format.formatted(arguments));
    }
  }
}
