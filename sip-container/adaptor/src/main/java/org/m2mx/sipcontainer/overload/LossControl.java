package org.m2mx.sipcontainer.overload;

import java.time.Clock;
import java.time.Duration;
import org.m2mx.sipcontainer.overload.Admission.Kind;

/**
 * What clients that know overload control (RFC 7339) are asked to keep back, as a share of their
 * requests. It follows the same delay that {@link Admission} looks at, and begins at half of its
 * target, so that clients that heed it are not refused: quickly up while work waits, slowly down
 * when it no longer does.
 */
public final class LossControl {
  /** No longer than this between two looks at the delay, as long as there is traffic. */
  static final Duration STEP = Duration.ofMillis(200);

  private static final Duration VALIDITY = Duration.ofSeconds(1);
  private static final double UP = 0.2;
  private static final double DOWN = 0.02;

  /** Some requests have to come, or nothing would ever tell that there is room again. */
  private static final double MOST = 0.95;

  private final Backlog workers;
  private final Duration target;
  private final Clock clock;
  private double loss;
  private long steppedAt;
  private long sequence;
  private Feedback current;

  /**
   * What to tell a client.
   *
   * @param percent of its requests to keep back, 0 to 95
   * @param validity how long this holds unless something newer comes; zero when nothing is asked
   * @param sequence grows with each change, across restarts too
   */
  public record Feedback(int percent, Duration validity, String sequence) {}

  /**
   * Starts with nothing asked of anybody.
   *
   * @param workers whose queue is watched
   * @param target the longest wait at which new work is still welcome
   * @param clock what the sequence is made of
   */
  public LossControl(Backlog workers, Duration target, Clock clock) {
    this.workers = workers;
    this.target = target;
    this.clock = clock;
    this.steppedAt = workers.now();
    this.current = told();
  }

  /** What holds now. */
  public synchronized Feedback current() {
    long steps = (workers.now() - steppedAt) / STEP.toNanos();
    if (steps > 0) {
      steppedAt += steps * STEP.toNanos();
      loss = Math.max(0, Math.min(MOST, loss + steer(steps)));
      current = told();
    }
    return current;
  }

  private double steer(long steps) {
    double late = lateness();
    return late > 0 ? UP * Math.min(1, late) : -DOWN * steps;
  }

  /** How far the delay is beyond half the target, in targets. */
  private double lateness() {
    return workers.waiting() > workers.count()
        ? (double) workers.delay(Kind.NEW).toNanos() / target.toNanos() - 0.5
        : 0;
  }

  private Feedback told() {
    sequence = Math.max(sequence + 1, clock.millis());
    int percent = (int) Math.round(100 * loss);
    return new Feedback(
        percent,
        percent == 0 ? Duration.ZERO : VALIDITY,
        "%d.%03d".formatted(sequence / 1000, sequence % 1000));
  }
}
