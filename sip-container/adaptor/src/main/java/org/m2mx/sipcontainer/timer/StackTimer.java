package org.m2mx.sipcontainer.timer;

import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.stack.SIPStackTimerTask;
import gov.nist.javax.sip.stack.timers.SipTimer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/**
 * The timers of the SIP stack (RFC 3261 section 17), on a {@link TimerWheel}. The stack lets each
 * transaction tick every T1; a queue kept in order would be sorted, and its thread woken, for each
 * of them. The stack makes it by its name.
 */
public final class StackTimer implements SipTimer {
  private static final Logger LOG = System.getLogger(StackTimer.class.getName());

  private final TimerWheel wheel = new TimerWheel(System.nanoTime());
  private final ThreadLocal<Duration> tick = new ThreadLocal<>();
  private volatile Executor round = Runnable::run;
  private volatile Thread thread;

  /** A task of the stack, once or again and again. */
  private final class Scheduled implements Runnable {
    private final SIPStackTimerTask task;
    private final Duration period;
    private volatile TimerWheel.Timer timer;
    private volatile boolean cancelled;

    Scheduled(SIPStackTimerTask task, Duration period) {
      this.task = task;
      this.period = period;
    }

    void in(Duration delay) {
      timer = wheel.set(System.nanoTime(), delay, this);
    }

    @Override
    public void run() {
      if (cancelled) {
        return;
      }
      try {
        task.runTask();
      } finally {
        if (period != null && !cancelled) {
          in(period);
        }
      }
    }

    boolean cancel() {
      cancelled = true;
      task.cleanUpBeforeCancel();
      TimerWheel.Timer set = timer;
      return set != null && set.cancel();
    }
  }

  /** For the stack. */
  public StackTimer() {}

  /**
   * What is due at the same time is run as one task of this executor, on the thread of the timers.
   *
   * @param executor runs it before it returns
   */
  public void runRoundsIn(Executor executor) {
    round = executor;
  }

  /**
   * Sets a timer of somebody else's.
   *
   * @param task must not block
   */
  TimerWheel.Timer set(Duration delay, Runnable task) {
    return wheel.set(System.nanoTime(), delay, task);
  }

  /**
   * Has what the calling thread sets to run again and again do so at this interval, whatever is
   * asked for: of reliable provisional responses the stack takes T1 to be 500 ms.
   *
   * @param interval null for what is asked for
   */
  public void tickEvery(Duration interval) {
    if (interval == null) {
      tick.remove();
    } else {
      tick.set(interval);
    }
  }

  @Override
  public boolean schedule(SIPStackTimerTask task, long delayMillis) {
    return scheduled(task, delayMillis, null);
  }

  @Override
  public boolean scheduleWithFixedDelay(
      SIPStackTimerTask task, long delayMillis, long periodMillis) {
    Duration interval = tick.get();
    return scheduled(
        task, delayMillis, interval == null ? Duration.ofMillis(periodMillis) : interval);
  }

  private boolean scheduled(SIPStackTimerTask task, long delayMillis, Duration period) {
    if (!isStarted()) {
      throw new IllegalStateException("the SIP stack has stopped, it sets no timers any more");
    }
    Scheduled scheduled = new Scheduled(task, period);
    task.setSipTimerTask(scheduled);
    scheduled.in(Duration.ofMillis(delayMillis));
    return true;
  }

  @Override
  public boolean cancel(SIPStackTimerTask task) {
    return task.getSipTimerTask() instanceof Scheduled scheduled && scheduled.cancel();
  }

  @Override
  public void start(SipStackImpl stack, Properties configuration) {
    Thread fresh = new Thread(this::turn, "sip-stack-timer");
    fresh.setDaemon(true);
    thread = fresh;
    fresh.start();
  }

  private void turn() {
    while (thread == Thread.currentThread()) {
      try {
        round.execute(() -> wheel.turn(System.nanoTime()));
      } catch (RuntimeException | Error e) {
        LOG.log(Level.ERROR, "A round of timers failed", e);
      }
      LockSupport.parkNanos(this, TimerWheel.TICK.toNanos());
    }
  }

  @Override
  public void stop() {
    Thread running = thread;
    thread = null;
    LockSupport.unpark(running);
  }

  @Override
  public boolean isStarted() {
    return thread != null;
  }

  /** How many timers are set. */
  public int waiting() {
    return wheel.waiting();
  }
}
