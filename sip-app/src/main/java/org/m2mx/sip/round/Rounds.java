package org.m2mx.sip.round;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Has things done again and again for as long as the application runs, each on a thread of its own,
 * so that none waits for another.
 *
 * <p>They go on while the server lets what it has begun come to its end. The server's own schedule
 * does not: it refuses them then, and logs an error for each time it has.
 */
@Singleton
public class Rounds {
  private static final Logger LOG = System.getLogger(Rounds.class.getName());
  private static final int PATIENCE_SECONDS = 10;

  private final ThreadFactory threads;
  private final List<ScheduledExecutorService> rounds = new CopyOnWriteArrayList<>();

  /**
   * @param threads to do them on
   */
  @Inject
  public Rounds(ThreadFactory threads) {
    this.threads = threads;
  }

  /**
   * Begins one.
   *
   * @param pause before each time, the first one too
   * @param round what is done; must throw nothing, which would end it for good
   */
  public void begin(Duration pause, Runnable round) {
    ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(threads);
    rounds.add(thread);
    long millis = pause.toMillis();
    thread.scheduleWithFixedDelay(round, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Before the beans go that they work with. */
  void end(@Observes Shutdown shutdown) {
    rounds.forEach(ScheduledExecutorService::shutdown);
    try {
      for (ScheduledExecutorService thread : rounds) {
        if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          LOG.log(Level.WARNING, "The application stops in the midst of regular work");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
