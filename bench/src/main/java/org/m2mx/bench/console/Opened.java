package org.m2mx.bench.console;

import java.util.List;
import java.util.Locale;
import org.m2mx.bench.report.Table;

/**
 * What it took to open accounts.
 *
 * @param waits for each answer, nanoseconds
 * @param nanos in all
 * @param serverCpu processor time of the server, microseconds
 * @param databaseCpu processor time of its database, microseconds
 */
public record Opened(List<Long> waits, long nanos, long serverCpu, long databaseCpu) {
  private static final double NANOS = 1e9;

  /** Sorts the waits. */
  public Opened {
    waits = waits.stream().sorted().toList();
  }

  /** Accounts a second. */
  public double rate() {
    return waits.size() / (nanos / NANOS);
  }

  @Override
  public String toString() {
    Table table =
        new Table(
            "accounts",
            "s",
            "a second",
            "server, CPU us each",
            "database, CPU us each",
            "p50 ms",
            "p95 ms",
            "p99 ms");
    table.row(
        Integer.toString(waits.size()),
        text(nanos / NANOS),
        text(rate()),
        text((double) serverCpu / waits.size()),
        text((double) databaseCpu / waits.size()),
        text(quantile(0.50)),
        text(quantile(0.95)),
        text(quantile(0.99)));
    return table.toString();
  }

  private double quantile(double share) {
    return waits.get(Math.min(waits.size() - 1, (int) (share * waits.size()))) / 1e6;
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
