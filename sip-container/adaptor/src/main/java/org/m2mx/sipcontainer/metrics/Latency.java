package org.m2mx.sipcontainer.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** How long something takes, in steps that double from a quarter of a millisecond. */
public final class Latency {
  private static final long FIRST_STEP_NANOS = Duration.ofMillis(1).toNanos() / 4;
  private static final int STEPS = 18;

  private final LongAdder[] steps = new LongAdder[STEPS];

  /** Starts with nothing recorded. */
  public Latency() {
    for (int i = 0; i < STEPS; i++) {
      steps[i] = new LongAdder();
    }
  }

  /**
   * Records one.
   *
   * @param nanos how long it took; what is longer than half a minute counts as that
   */
  public void record(long nanos) {
    long quarters = Math.max(0, nanos - 1) / FIRST_STEP_NANOS;
    int step = Long.SIZE - Long.numberOfLeadingZeros(quarters);
    steps[Math.min(step, STEPS - 1)].increment();
  }

  /** How many were recorded. */
  public long count() {
    long count = 0;
    for (LongAdder step : steps) {
      count += step.sum();
    }
    return count;
  }

  /**
   * The time that a share of all were not slower than, rounded up to the next step.
   *
   * @param share above 0, up to 1
   * @return milliseconds; 0 when nothing was recorded
   */
  public double quantile(double share) {
    double wanted = share * count();
    long seen = 0;
    for (int i = 0; i < STEPS && wanted > 0; i++) {
      seen += steps[i].sum();
      if (seen >= wanted) {
        return Math.scalb(1.0, i) / 4;
      }
    }
    return 0;
  }
}
