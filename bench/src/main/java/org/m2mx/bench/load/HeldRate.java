package org.m2mx.bench.load;

import java.io.IOException;

/** Finds the highest rate that a server holds: by doubling, then by halving what lies between. */
public final class HeldRate {
  private static final int HALVINGS = 3;

  /** A load of a rate. */
  @FunctionalInterface
  public interface Trial {
    /** Runs it to its end, after the server has recovered from the one before. */
    LoadResult at(int perSecond) throws IOException, InterruptedException;
  }

  private HeldRate() {}

  /**
   * Searches.
   *
   * @param start the first rate tried, 1 or more; nothing below an eighth of it is found
   * @param most no higher one is tried
   * @param trial runs a load
   * @return the highest rate that was held, 0 when none was
   */
  public static int find(int start, int most, Trial trial)
      throws IOException, InterruptedException {
    int held = 0;
    int lost = start;
    while (lost <= most && trial.at(lost).held()) {
      held = lost;
      lost *= 2;
    }
    for (int i = 0; i < HALVINGS && held < most; i++) {
      int between = (held + Math.min(lost, most)) / 2;
      if (trial.at(between).held()) {
        held = between;
      } else {
        lost = between;
      }
    }
    return held;
  }
}
