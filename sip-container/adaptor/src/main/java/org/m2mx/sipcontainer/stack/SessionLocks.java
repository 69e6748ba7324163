package org.m2mx.sipcontainer.stack;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One thread at a time works on an application session, so that applications need no locks of their
 * own. Locks are held in the order they were taken; what the core forgets to give back is given
 * back when the message is done.
 */
public final class SessionLocks {
  private static final Logger LOG = System.getLogger(SessionLocks.class.getName());
  private static final long PATIENCE_SECONDS = 30;
  private static final ThreadLocal<Deque<ReentrantLock>> HELD =
      ThreadLocal.withInitial(ArrayDeque::new);

  private SessionLocks() {}

  /**
   * Takes a session's lock; may be nested.
   *
   * @throws IllegalStateException when another thread does not let go of it for half a minute
   */
  public static void enter(ReentrantLock lock) {
    try {
      if (!lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "an application session has been busy for %d s".formatted(PATIENCE_SECONDS));
      }
      HELD.get().push(lock);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted, the container is stopping", e);
    }
  }

  /** Gives a session's lock back once; ignored when this thread does not hold it. */
  public static void exit(ReentrantLock lock) {
    if (HELD.get().removeFirstOccurrence(lock)) {
      lock.unlock();
    }
    if (HELD.get().isEmpty()) {
      HELD.remove();
    }
  }

  /** Gives back whatever this thread still holds. */
  static void exitAll() {
    Deque<ReentrantLock> held = HELD.get();
    if (!held.isEmpty()) {
      LOG.log(Level.DEBUG, "{0} session locks were left behind", held.size());
      held.forEach(ReentrantLock::unlock);
    }
    HELD.remove();
  }
}
