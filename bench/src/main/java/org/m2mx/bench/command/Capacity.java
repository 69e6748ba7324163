package org.m2mx.bench.command;

import java.io.IOException;
import java.util.DoubleSummaryStatistics;
import org.m2mx.bench.load.HeldRate;
import org.m2mx.bench.load.LoadGenerator;
import org.m2mx.bench.load.LoadResult;

/**
 * What a server can do.
 *
 * @param held the highest rate without failures, a second
 * @param best of what went well a second, at whatever rate was tried
 * @param beyond what went well a second at twice the rate that was held
 */
record Capacity(int held, double best, double beyond) {
  private static final int MOST_PER_SECOND = 64_000;
  private static final long RECOVERY_MILLIS = 3000;

  /** Longer than a server can hide a load in its queues. */
  private static final int OVERLOAD_SECONDS = 10;

  /**
   * Finds it out.
   *
   * @param generator puts the load on the server
   * @param from the first rate that is tried
   * @param setting how long each lasts, and who is told
   */
  static Capacity of(LoadGenerator generator, int from, Setting setting)
      throws IOException, InterruptedException {
    DoubleSummaryStatistics goodput = new DoubleSummaryStatistics();
    int held =
        HeldRate.find(
            from,
            MOST_PER_SECOND,
            rate -> {
              LoadResult result = trial(generator, rate, setting.seconds(), setting);
              goodput.accept(result.goodput());
              return result;
            });
    LoadResult beyond = trial(generator, 2 * Math.max(held, from), OVERLOAD_SECONDS, setting);
    goodput.accept(beyond.goodput());
    return new Capacity(held, goodput.getMax(), beyond.goodput());
  }

  private static LoadResult trial(
      LoadGenerator generator, int perSecond, int seconds, Setting setting)
      throws IOException, InterruptedException {
    Thread.sleep(RECOVERY_MILLIS);
    LoadResult result = generator.run(perSecond, perSecond * seconds);
    setting.progress("  %s; %.0f a second meanwhile", result, result.goodput());
    return result;
  }
}
