package org.m2mx.sipcontainer.transport;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.m2mx.sipcontainer.overload.Admission.Kind;

/**
 * Runs the tasks of one key one after the other, those of different keys side by side. The key is a
 * Call-ID: an ACK must not overtake its INVITE, and a slow call must not hold up another.
 */
final class OrderedExecutor {
  private static final Logger LOG = System.getLogger(OrderedExecutor.class.getName());

  /** More than any call has on its way at once, retransmissions included. */
  static final int MOST_OF_ONE_KEY = 64;

  /** Runs tasks, those that go on with what has begun before others. */
  @FunctionalInterface
  interface Threads {
    /**
     * Takes a task.
     *
     * @throws RejectedExecutionException when nothing is run any more
     */
    void execute(Kind kind, Runnable task);
  }

  /** What waits of one key while another of its tasks waits for a thread or runs. */
  private static final class Line {
    final Queue<Runnable> tasks = new ArrayDeque<>(2);
    boolean begins;
  }

  private final Threads threads;
  private final int most;
  private final Map<String, Line> waiting = new HashMap<>();
  private int pending;

  /**
   * @param threads run the tasks
   * @param most tasks that may wait or run at once
   */
  OrderedExecutor(Threads threads, int most) {
    this.threads = threads;
    this.most = most;
  }

  /** Takes a task unless there are too many; those go as lost datagrams do. */
  boolean offer(Kind kind, String key, Runnable task) {
    synchronized (waiting) {
      Line line = waiting.get(key);
      if (pending >= most || line != null && line.tasks.size() >= MOST_OF_ONE_KEY) {
        return false;
      }
    }
    execute(kind, key, task);
    return true;
  }

  /** Whether a task of a key that begins something, and was let in as such, waits or runs. */
  boolean begins(String key) {
    synchronized (waiting) {
      Line line = waiting.get(key);
      return line != null && line.begins;
    }
  }

  /** Takes a task of this server's own, however many there are. */
  void execute(String key, Runnable task) {
    execute(Kind.BEGUN, key, task);
  }

  private void execute(Kind kind, String key, Runnable task) {
    synchronized (waiting) {
      pending++;
      Line line = waiting.get(key);
      if (line != null) {
        line.tasks.add(task);
        return;
      }
      line = new Line();
      line.begins = kind != Kind.BEGUN;
      waiting.put(key, line);
    }
    try {
      threads.execute(kind, () -> runAll(key, task));
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "Call-ID {0}: dropped, the container is stopping", key);
      synchronized (waiting) {
        pending--;
        waiting.remove(key);
      }
    }
  }

  private void runAll(String key, Runnable first) {
    Runnable task = first;
    while (task != null) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        // Thrown on, it would leave the key's later tasks waiting for ever.
        LOG.log(Level.ERROR, "Call-ID " + key + ": processing failed", e);
      }
      task = next(key);
    }
  }

  private Runnable next(String key) {
    synchronized (waiting) {
      pending--;
      Runnable next = waiting.get(key).tasks.poll();
      if (next == null) {
        waiting.remove(key);
      }
      return next;
    }
  }
}
