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
 * what has been begun comes to its end: whoever was challenged and comes back with a proof, and
 * calls that exist. Refusing a proof would waste the challenge, and most of what is offered at
 * twice the capacity would get through its first half only. Each kind has a limit of its own, for
 * what waits before it, since a request may not be what it claims to be.
 */
public final class Admission {
  /**
   * What a message would do, and how many times the target it may be late for that. Who comes first
   * is served first.
   */
  public enum Kind {
    /** Goes on with what has begun: a dialog, or a transaction. */
    BEGUN(5),
    /** Begins something, and brings the proof it was asked for. */
    PROVEN(2),
    /** Begins something, without a proof of who sends it. */
    NEW(1);

    private final int targets;

    Kind(int targets) {
      this.targets = targets;
    }
  }

  private static final Logger LOG = System.getLogger(Admission.class.getName());
  private static final long BETWEEN_LINES_NANOS = Duration.ofSeconds(10).toNanos();

  private final Backlog workers;
  private final Duration target;
  private final AtomicLong nextLine = new AtomicLong(Long.MIN_VALUE);
  private final LongAdder refused = new LongAdder();
  private volatile boolean closed;

  /**
   * @param workers whose queue is watched
   * @param target the longest wait at which new work is still welcome
   */
  public Admission(Backlog workers, Duration target) {
    this.workers = workers;
    this.target = target;
  }

  /**
   * Whether a request gets in.
   *
   * @param kind of the request
   */
  public boolean admits(Kind kind) {
    return !isBehind(kind) && !(closed && kind != Kind.BEGUN);
  }

  /** From now on nothing new gets in, however little there is to do: the server is to stop. */
  public void close() {
    closed = true;
  }

  /** Counts a request that was refused. */
  public void refuse() {
    refused.increment();
    if (!closed) {
      tell();
    }
  }

  private void tell() {
    long due = nextLine.get();
    long now = workers.now();
    if (now >= due && nextLine.compareAndSet(due, now + BETWEEN_LINES_NANOS)) {
      LOG.log(
          Level.WARNING,
          "Overload: work waits {0} ms for a thread, the target is {1} ms"
              + " (sip.overload.queue-delay); {2} requests refused with 503 so far",
          workers.delay(Kind.NEW).toMillis(),
          target.toMillis(),
          refused.sum());
    }
  }

  /** A few tasks that wait because the whole machine paused are no overload, however late. */
  private boolean isBehind(Kind kind) {
    return workers.waiting() > workers.count()
        && workers.delay(kind).compareTo(target.multipliedBy(kind.targets)) > 0;
  }

  /** Requests refused since the start. */
  public long refused() {
    return refused.sum();
  }
}
