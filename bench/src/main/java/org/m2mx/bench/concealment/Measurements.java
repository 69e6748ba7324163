package org.m2mx.bench.concealment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.m2mx.bench.report.Table;

/** Samples of each kind, taken in turn and in a new order each time, and what they tell. */
public final class Measurements {
  private static final int DRAWS = 1000;
  private static final double CONFIDENCE = 0.99;
  private static final double NANOS_PER_MICRO = 1000;

  private final Map<Kind, Samples> samples;

  private Measurements(Map<Kind, Samples> samples) {
    this.samples = samples;
  }

  /**
   * Takes samples.
   *
   * @param probe asks
   * @param callees whom
   * @param size how many there are of each kind
   * @param rounds how many samples of each kind
   */
  static Measurements take(Probe probe, Callees callees, int size, int rounds) throws IOException {
    List<Kind> order = new ArrayList<>(List.of(Kind.values()));
    Random random = new Random();
    Map<Kind, double[]> taken = new EnumMap<>(Kind.class);
    order.forEach(kind -> taken.put(kind, new double[rounds]));
    for (int round = 0; round < rounds; round++) {
      Collections.shuffle(order, random);
      for (Kind kind : order) {
        taken.get(kind)[round] = probe.ask(callees.aor(kind, round % size)) / NANOS_PER_MICRO;
      }
    }
    Map<Kind, Samples> samples = new EnumMap<>(Kind.class);
    taken.forEach((kind, values) -> samples.put(kind, new Samples(values)));
    return new Measurements(samples);
  }

  /** Whether no kind is farther from nobody than nobody from itself. */
  public boolean alike() {
    double limit = limit();
    return samples.keySet().stream().allMatch(kind -> distance(kind) <= limit);
  }

  /** Of a hundred pairs of halves of one kind, one is farther apart than this. */
  private double limit() {
    double[] within = samples.get(Kind.NOBODY).distancesWithin(DRAWS, new SplittableRandom(1));
    return within[(int) (CONFIDENCE * DRAWS)];
  }

  /** How far a half of this kind is from a half of nobody: the middle of many draws. */
  private double distance(Kind kind) {
    SplittableRandom random = new SplittableRandom(2);
    double[] distances =
        kind == Kind.NOBODY
            ? samples.get(kind).distancesWithin(DRAWS, random)
            : samples.get(kind).distances(samples.get(Kind.NOBODY), DRAWS, random);
    return distances[DRAWS / 2];
  }

  /** The table. */
  @Override
  public String toString() {
    Table table =
        new Table("callee", "p10 us", "p50 us", "p90 us", "p99 us", "KS distance to nobody");
    samples.forEach(
        (kind, values) ->
            table.row(
                kind.toString(),
                "%.0f".formatted(values.quantile(0.10)),
                "%.0f".formatted(values.quantile(0.50)),
                "%.0f".formatted(values.quantile(0.90)),
                "%.0f".formatted(values.quantile(0.99)),
                "%.4f".formatted(distance(kind))));
    return table
        + "%n99 of 100 pairs of halves of nobody are no farther apart than %.4f: the kinds %s.%n"
            .formatted(limit(), alike() ? "cannot be told apart" : "CAN BE TOLD APART");
  }
}
