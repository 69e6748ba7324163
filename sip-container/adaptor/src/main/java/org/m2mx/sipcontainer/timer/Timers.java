package org.m2mx.sipcontainer.timer;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads all timers of the container run on. A timer that is cancelled leaves the queue at
 * once: nearly all are cancelled, and the core's own services search and purge their queues for
 * each of them.
 */
public final class Timers {
  private final ScheduledThreadPoolExecutor executor;

  /**
   * Starts the threads.
   *
   * @param threads at least 1
   * @param classLoader context class loader of the threads
   */
  public Timers(int threads, ClassLoader classLoader) {
    AtomicInteger count = new AtomicInteger();
    executor =
        new ScheduledThreadPoolExecutor(
            threads,
            task -> {
              Thread thread = new Thread(task, "sip-timer-" + count.incrementAndGet());
              thread.setDaemon(true);
              thread.setContextClassLoader(classLoader);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
  }

  ScheduledThreadPoolExecutor executor() {
    return executor;
  }

  /**
   * Runs something again and again until this stops.
   *
   * @param task must not throw, a failure ends its repetition
   */
  public void repeat(Duration interval, Runnable task) {
    executor.scheduleWithFixedDelay(
        task, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** How many timers are waiting. */
  public int waiting() {
    return executor.getQueue().size();
  }

  /** Drops what is waiting and ends the threads. */
  public void stop() {
    executor.shutdownNow();
    try {
      executor.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
