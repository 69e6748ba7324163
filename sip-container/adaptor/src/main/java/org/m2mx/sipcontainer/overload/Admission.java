package org.m2mx.sipcontainer.overload;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Decides what still gets in. What counts is how long work waits for a thread, not how much of it
 * there is: the same queue is nothing to a warm server and too much for one that has just started
 * or whose database is slow. Beyond the target, requests that begin something are refused, so that
 * calls that exist go on; beyond {@value #FACTOR_FOR_ALL} times the target all requests are, for
 * then they are not what they claim to be.
 */
public final class Admission {
  private static final Logger LOG = System.getLogger(Admission.class.getName());
  private static final int FACTOR_FOR_ALL = 5;
  private static final long BETWEEN_LINES_NANOS = Duration.ofSeconds(10).toNanos();

  private final Workers workers;
  private final Duration target;
  private final AtomicLong nextLine = new AtomicLong(Long.MIN_VALUE);
  private final LongAdder refused = new LongAdder();

  /**
   * @param workers whose queue is watched
   * @param target the longest wait at which new work is still welcome
   */
  public Admission(Workers workers, Duration target) {
    this.workers = workers;
    this.target = target;
  }

  /**
   * Whether a request gets in; one that does not is counted.
   *
   * @param beginsSomething false for requests within a dialog
   */
  public boolean admits(boolean beginsSomething) {
    boolean admitted = !isBehind(beginsSomething ? 1 : FACTOR_FOR_ALL);
    if (!admitted) {
      refused.increment();
      tell();
    }
    return admitted;
  }

  private void tell() {
    long due = nextLine.get();
    long now = workers.now();
    if (now >= due && nextLine.compareAndSet(due, now + BETWEEN_LINES_NANOS)) {
      LOG.log(
          Level.WARNING,
          "Overload: work waits {0} ms for a thread, the target is {1} ms (sip.overload.queue-delay);"
              + " {2} requests refused with 503 so far",
          workers.delay().toMillis(),
          target.toMillis(),
          refused.sum());
    }
  }

  /** A few tasks that wait because the whole machine paused are no overload, however late. */
  private boolean isBehind(int factor) {
    return workers.waiting() > workers.count()
        && workers.delay().compareTo(target.multipliedBy(factor)) > 0;
  }

  /** Requests refused since the start. */
  public long refused() {
    return refused.sum();
  }
}
