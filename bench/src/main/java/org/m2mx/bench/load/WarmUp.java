package org.m2mx.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a server under a steady load until it costs no more processor time to go on: a JVM compiles
 * what it runs often, and what it has not compiled yet costs many times as much.
 */
public final class WarmUp {
  /** So many portions in a row without a saving end it. */
  private static final int PATIENCE = 4;

  /** What counts as a saving; less is noise. */
  private static final double SAVING = 0.03;

  /** A portion of the load. */
  @FunctionalInterface
  public interface Portion {
    /**
     * Runs it.
     *
     * @return what each conversation cost the server, in microseconds of processor time
     */
    double run() throws IOException, InterruptedException;
  }

  private WarmUp() {}

  /**
   * Runs portions until the cost has stopped falling.
   *
   * @param most no more than so many
   * @param portion runs one
   * @return what each of them cost, in their order
   */
  public static List<Double> run(int most, Portion portion)
      throws IOException, InterruptedException {
    List<Double> costs = new ArrayList<>();
    double least = Double.MAX_VALUE;
    for (int inVain = 0; inVain < PATIENCE && costs.size() < most; inVain++) {
      double cost = portion.run();
      costs.add(cost);
      if (cost < least * (1 - SAVING)) {
        least = cost;
        inVain = -1;
      }
    }
    return costs;
  }
}
