package org.m2mx.sipcontainer.stack;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Transactions that end while a thread works on a message, as most do that are answered at once, or
 * many at the same tick of the timers. The core tidies up after each on a thread of its own, which
 * costs more in waking that thread than the tidying; here it is done by the thread that is there,
 * once it is done with the message, and by one other thread for all of a tick.
 */
final class Endings {
  private static final Logger LOG = System.getLogger(Endings.class.getName());

  private final ThreadLocal<Queue<Runnable>> ofMessage = new ThreadLocal<>();
  private final ThreadLocal<Boolean> tidying = ThreadLocal.withInitial(() -> false);
  private final ThreadPoolExecutor here = new Here();

  /** Runs what it is given on the calling thread; has no threads. */
  private static final class Here extends ThreadPoolExecutor {
    Here() {
      super(0, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }
  }

  /** Works on a message, then tidies up. */
  void around(Runnable message) {
    if (ofMessage.get() != null) {
      message.run();
      return;
    }
    Queue<Runnable> endings = new ArrayDeque<>(2);
    ofMessage.set(endings);
    try {
      message.run();
    } finally {
      ofMessage.remove();
      if (!endings.isEmpty()) {
        tidy(endings);
      }
    }
  }

  /**
   * Does what may end many transactions; does not wait for the tidying, which waits for sessions.
   *
   * @param elsewhere where to tidy up
   */
  void together(Runnable round, Executor elsewhere) {
    Queue<Runnable> endings = new ArrayDeque<>();
    ofMessage.set(endings);
    try {
      round.run();
    } finally {
      ofMessage.remove();
      if (!endings.isEmpty()) {
        elsewhere.execute(() -> tidy(endings));
      }
    }
  }

  private void tidy(Queue<Runnable> endings) {
    tidying.set(true);
    try {
      for (Runnable ending : endings) {
        try {
          ending.run();
        } catch (RuntimeException e) {
          LOG.log(Level.ERROR, "A transaction has ended and could not be tidied up after", e);
        }
      }
    } finally {
      tidying.remove();
    }
  }

  /** Tidies up after a transaction: when the message is done, if there is one, or else now. */
  void afterMessage(Runnable ending) {
    Queue<Runnable> endings = ofMessage.get();
    if (endings == null) {
      ending.run();
    } else {
      endings.add(ending);
    }
  }

  /**
   * Where the core may tidy up.
   *
   * @param elsewhere its own threads
   */
  ThreadPoolExecutor threads(ThreadPoolExecutor elsewhere) {
    return tidying.get() ? here : elsewhere;
  }
}
