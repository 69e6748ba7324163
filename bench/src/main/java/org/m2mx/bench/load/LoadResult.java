package org.m2mx.bench.load;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** What came of a load. */
public final class LoadResult {
  /** A request that is answered later is sent again (RFC 3261 section 17.1.2.1, T1). */
  private static final long TOO_LATE_MICROS = 500_000;

  private final int perSecond;
  private final int succeeded;
  private final Map<String, Integer> failures;
  private final int retransmissions;
  private final double goodput;
  private final long[] micros;

  private LoadResult(Builder builder) {
    this.perSecond = builder.perSecond;
    this.succeeded = builder.succeeded;
    this.failures = Map.copyOf(builder.failures);
    this.retransmissions = builder.retransmissions;
    this.goodput = builder.goodput;
    this.micros = Arrays.copyOf(builder.micros, builder.timed);
    Arrays.sort(micros);
  }

  /** Gathers what happens in a run. */
  static final class Builder {
    private final int perSecond;
    private final long start = System.nanoTime();
    private final Map<String, Integer> failures = new TreeMap<>();
    private final long[] micros;
    private int timed;
    private int succeeded;
    private int retransmissions;
    private double goodput;

    Builder(int perSecond, int count) {
      this.perSecond = perSecond;
      this.micros = new long[count];
    }

    void succeeded() {
      succeeded++;
    }

    void failed(String reason) {
      failures.merge(reason, 1, Integer::sum);
    }

    /** Nothing more is begun; what goes well from now on goes well after the load. */
    void allBegun() {
      goodput = succeeded / ((System.nanoTime() - start) / 1e9);
    }

    void retransmitted() {
      retransmissions++;
    }

    void answeredAfter(long nanos) {
      micros[timed++] = nanos / 1000;
    }

    LoadResult build() {
      return new LoadResult(this);
    }
  }

  /** The rate asked for. */
  public int perSecond() {
    return perSecond;
  }

  /** How many went well. */
  public int succeeded() {
    return succeeded;
  }

  /**
   * How many went well a second while the load lasted. What comes after it, when a server that was
   * behind has time to catch up, does not count.
   */
  public double goodput() {
    return goodput;
  }

  /** How many failed, by reason. */
  public Map<String, Integer> failures() {
    return failures;
  }

  /** How many messages had to be sent again. */
  public int retransmissions() {
    return retransmissions;
  }

  /**
   * The time within which a share of the conversations was answered.
   *
   * @param share such as 0.99
   * @return milliseconds; not a number when none was
   */
  public double millis(double share) {
    if (micros.length == 0) {
      return Double.NaN;
    }
    int index = (int) Math.ceil(share * micros.length) - 1;
    return micros[Math.max(0, index)] / 1000.0;
  }

  /** Whether the server held the rate: nothing failed, and 99 of 100 came before T1 was over. */
  public boolean held() {
    return failures.isEmpty() && succeeded > 0 && millis(0.99) * 1000 < TOO_LATE_MICROS;
  }

  /** One line for whoever watches. */
  @Override
  public String toString() {
    return "%d/s: %d went well, p50 %.1f ms, p99 %.1f ms, sent again %d%s"
        .formatted(
            perSecond,
            succeeded,
            millis(0.5),
            millis(0.99),
            retransmissions,
            failures.isEmpty() ? "" : ", failed " + failures);
  }
}
