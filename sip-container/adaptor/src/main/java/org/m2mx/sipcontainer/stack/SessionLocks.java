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
  private static final ThreadLocal<Scope> SCOPE = new ThreadLocal<>();

  private SessionLocks() {}

  /** Application code that runs: what it takes is given back when it has run. */
  public static final class Scope {
    private final Scope outer = SCOPE.get();
    private final int heldBefore = HELD.get().size();

    private Scope() {}

    /** Gives back what was taken since. */
    public void close() {
      Deque<ReentrantLock> held = HELD.get();
      while (held.size() > heldBefore) {
        held.pop().unlock();
      }
      if (held.isEmpty()) {
        HELD.remove();
      }
      if (outer == null) {
        SCOPE.remove();
      } else {
        SCOPE.set(outer);
      }
    }
  }

  /** Application code begins to run on this thread. */
  public static Scope open() {
    Scope scope = new Scope();
    SCOPE.set(scope);
    return scope;
  }

  /**
   * Takes the lock of a session that application code has looked up or made, until that code has
   * run. A thread that the container does not know to run application code takes none, since nobody
   * would give it back.
   *
   * @throws IllegalStateException when another thread does not let go of it for half a minute
   */
  public static void enterForScope(ReentrantLock lock) {
    if (SCOPE.get() != null && !lock.isHeldByCurrentThread()) {
      enter(lock);
    }
  }

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
