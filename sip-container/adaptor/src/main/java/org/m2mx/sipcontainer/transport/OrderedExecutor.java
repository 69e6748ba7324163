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

  /** Octets above which a message is larger than nearly all are. */
  static final int LARGE = 8 << 10;

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

  /**
   * What may wait or run at once. Of either, what begins something gets half and what brings a
   * proof three quarters: else those who begin would leave no room to those who want to end. What
   * is {@link #LARGE} gets no more than three quarters either: few of that size are ends, and
   * anybody may say that his is one.
   *
   * @param tasks how many
   * @param octets held by all of them
   */
  record Room(int tasks, long octets) {
    private static final int PARTS = 4;

    private boolean isFor(Kind kind, int size, int ofTasks, long ofOctets) {
      Kind least = size > LARGE ? Kind.PROVEN : Kind.BEGUN;
      int parts = PARTS - Math.max(kind.ordinal(), least.ordinal());
      return ofTasks <= (long) tasks * parts / PARTS && ofOctets <= octets * parts / PARTS;
    }
  }

  /**
   * What is to be done.
   *
   * @param places that it takes of those there are: none, where it is this server's own
   */
  private record Task(Runnable work, int places, int octets) {}

  /** What waits of one key while another of its tasks waits for a thread or runs. */
  private static final class Line {
    final Queue<Task> tasks = new ArrayDeque<>(2);
    boolean begins;
  }

  private final Threads threads;
  private final Room room;
  private final Map<String, Line> waiting = new HashMap<>();
  private int pending;
  private long held;

  /**
   * @param threads run the tasks
   * @param room for them
   */
  OrderedExecutor(Threads threads, Room room) {
    this.threads = threads;
    this.room = room;
  }

  /**
   * Takes a task if there is room for it; those that find none go as lost datagrams do.
   *
   * @param octets that the task holds until it is done
   */
  boolean offer(Kind kind, String key, int octets, Runnable task) {
    synchronized (waiting) {
      Line line = waiting.get(key);
      if (!room.isFor(kind, octets, pending + 1, held + octets)
          || line != null && line.tasks.size() >= MOST_OF_ONE_KEY) {
        return false;
      }
    }
    execute(kind, key, new Task(task, 1, octets));
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
    execute(Kind.BEGUN, key, new Task(task, 0, 0));
  }

  private void execute(Kind kind, String key, Task task) {
    synchronized (waiting) {
      pending += task.places();
      held += task.octets();
      Line line = waiting.get(key);
      if (line != null) {
        line.tasks.add(task);
        return;
      }
      line = new Line();
      line.begins = kind != Kind.BEGUN;
      waiting.put(key, line);
    }
    boolean taken = false;
    try {
      threads.execute(kind, () -> runAll(key, task));
      taken = true;
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "Call-ID {0}: dropped, the container is stopping", key);
    } finally {
      // Also where there is no memory for a thread: else the key's later tasks would wait for ever.
      if (!taken) {
        drop(key, task);
      }
    }
  }

  private void drop(String key, Task first) {
    synchronized (waiting) {
      done(first);
      waiting.remove(key).tasks.forEach(this::done);
    }
  }

  private void done(Task task) {
    pending -= task.places();
    held -= task.octets();
  }

  private void runAll(String key, Task first) {
    Task task = first;
    while (task != null) {
      try {
        task.work().run();
      } catch (RuntimeException | Error e) {
        // Thrown on, it would leave the key's later tasks waiting for ever.
        LOG.log(Level.ERROR, "Call-ID " + key + ": processing failed", e);
      }
      task = nextAfter(task, key);
    }
  }

  private Task nextAfter(Task last, String key) {
    synchronized (waiting) {
      done(last);
      Task next = waiting.get(key).tasks.poll();
      if (next == null) {
        waiting.remove(key);
      }
      return next;
    }
  }
}
