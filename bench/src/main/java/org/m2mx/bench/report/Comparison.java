package org.m2mx.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Rounds of two servers, measured in turn, and how they compare. A figure of several rounds is the
 * median.
 */
public final class Comparison {
  private final String what;
  private final String reference;
  private final Map<String, List<Measurement>> rounds = new LinkedHashMap<>();

  /**
   * @param what a call of the load, such as "REGISTER"
   * @param reference the server that others are divided by
   */
  public Comparison(String what, String reference) {
    this.what = what;
    this.reference = reference;
  }

  /** Adds a round of a server. */
  public void add(String server, Measurement measurement) {
    rounds.computeIfAbsent(server, name -> new ArrayList<>()).add(measurement);
  }

  /** The table, with a line of ratios for each server but the reference. */
  @Override
  public String toString() {
    Table table =
        new Table(
            what,
            "held, per second",
            "best, per second",
            "at twice held, per second",
            "server, CPU µs each",
            "database, CPU µs each",
            "p50 ms",
            "p99 ms",
            "memory MiB");
    rounds.forEach(
        (server, measurements) -> {
          for (int i = 0; i < measurements.size(); i++) {
            Measurement m = measurements.get(i);
            table.row(
                server + ", round " + (i + 1),
                whole(m.held()),
                whole(m.best()),
                whole(m.beyond()),
                whole(m.serverMicros()),
                whole(m.databaseMicros()),
                decimal(m.p50Millis()),
                decimal(m.p99Millis()),
                whole(m.memoryMib()));
          }
        });
    rounds.keySet().stream()
        .filter(server -> !server.equals(reference) && rounds.containsKey(reference))
        .forEach(
            server ->
                table.row(
                    server + " / " + reference,
                    ratio(server, Measurement::held),
                    ratio(server, Measurement::best),
                    ratio(server, Measurement::beyond),
                    ratio(server, Measurement::serverMicros),
                    ratio(server, Measurement::databaseMicros),
                    ratio(server, Measurement::p50Millis),
                    ratio(server, Measurement::p99Millis),
                    ratio(server, Measurement::memoryMib)));
    return table.toString();
  }

  private String ratio(String server, ToDoubleFunction<Measurement> figure) {
    return String.format(
        Locale.ROOT,
        "%.2f",
        median(rounds.get(server), figure) / median(rounds.get(reference), figure));
  }

  static double median(List<Measurement> measurements, ToDoubleFunction<Measurement> figure) {
    List<Measurement> sorted = new ArrayList<>(measurements);
    sorted.sort(Comparator.comparingDouble(figure));
    int middle = sorted.size() / 2;
    double upper = figure.applyAsDouble(sorted.get(middle));
    return sorted.size() % 2 == 1
        ? upper
        : (upper + figure.applyAsDouble(sorted.get(middle - 1))) / 2;
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
