package org.m2mx.bench.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.m2mx.bench.report.Table;

/** How long each thing that an operator does took. */
public final class Waits {
  private final Map<String, List<Double>> millis = new LinkedHashMap<>();

  Waits() {}

  void add(String what, long nanos) {
    millis.computeIfAbsent(what, none -> new ArrayList<>()).add(nanos / 1e6);
  }

  /** What 95 of 100 took at most, of the slowest thing; milliseconds. */
  public double slowest() {
    return millis.values().stream().mapToDouble(all -> quantile(all, 0.95)).max().orElse(0);
  }

  private static double quantile(List<Double> values, double share) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(Math.min(sorted.size() - 1, (int) (share * sorted.size())));
  }

  @Override
  public String toString() {
    Table table = new Table("console", "times", "p50 ms", "p95 ms", "p99 ms");
    millis.forEach(
        (what, all) ->
            table.row(
                what,
                Integer.toString(all.size()),
                text(quantile(all, 0.50)),
                text(quantile(all, 0.95)),
                text(quantile(all, 0.99))));
    return table.toString();
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
