package org.m2mx.sipcontainer.transport;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs the tasks of one key one after the other, those of different keys side by side. The key is a
 * Call-ID: an ACK must not overtake its INVITE, and a slow call must not hold up another.
 */
final class OrderedExecutor {
  private static final Logger LOG = System.getLogger(OrderedExecutor.class.getName());

  private final Executor threads;
  private final Map<String, Queue<Runnable>> waiting = new HashMap<>();

  OrderedExecutor(Executor threads) {
    this.threads = threads;
  }

  void execute(String key, Runnable task) {
    synchronized (waiting) {
      Queue<Runnable> queue = waiting.get(key);
      if (queue != null) {
        queue.add(task);
        return;
      }
      waiting.put(key, new ArrayDeque<>(2));
    }
    try {
      threads.execute(() -> runAll(key, task));
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "Call-ID {0}: dropped, the container is stopping", key);
      synchronized (waiting) {
        waiting.remove(key);
      }
    }
  }

  private void runAll(String key, Runnable first) {
    Runnable task = first;
    while (task != null) {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "Call-ID " + key + ": processing failed", e);
      }
      task = next(key);
    }
  }

  private Runnable next(String key) {
    synchronized (waiting) {
      Runnable next = waiting.get(key).poll();
      if (next == null) {
        waiting.remove(key);
      }
      return next;
    }
  }
}
