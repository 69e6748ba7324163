package org.m2mx.sipcontainer.timer;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Timers by the hundred thousand, nearly all of which are cancelled or short. A wheel of slots
 * turns by one slot every {@link #TICK}; to set a timer or to cancel it costs the same however many
 * there are. A timer fires at its time or up to a tick later, never before.
 *
 * <p>Nothing turns by itself: {@link #turn} does.
 */
public final class TimerWheel {
  /** How far apart two slots are. */
  public static final Duration TICK = Duration.ofMillis(20);

  private static final Logger LOG = System.getLogger(TimerWheel.class.getName());
  private static final long TICK_NANOS = TICK.toNanos();

  /** A power of two; what lies further ahead than one turn stays where it is for another. */
  private static final int SLOTS = 2048;

  /** A timer that has been set. */
  public interface Timer {
    /**
     * Keeps it from firing, unless it has begun to.
     *
     * @return whether it does not fire
     */
    boolean cancel();
  }

  private final class Node implements Timer {
    private final Runnable task;
    private final long due;
    private Node before = this;
    private Node after = this;

    Node(Runnable task, long due) {
      this.task = task;
      this.due = due;
    }

    private void linkBefore(Node end) {
      before = end.before;
      after = end;
      before.after = this;
      end.before = this;
      waiting++;
    }

    private void unlink() {
      before.after = after;
      after.before = before;
      before = this;
      after = this;
      waiting--;
    }

    @Override
    public boolean cancel() {
      synchronized (slots) {
        boolean waits = after != this;
        if (waits) {
          unlink();
        }
        return waits;
      }
    }
  }

  private final Node[] slots = new Node[SLOTS];
  private final long start;
  private long turned;
  private int waiting;

  /**
   * A wheel without timers.
   *
   * @param nanoTime the time now, of a clock that only goes forward
   */
  public TimerWheel(long nanoTime) {
    start = nanoTime;
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = new Node(null, 0);
    }
  }

  /**
   * Sets a timer.
   *
   * @param nanoTime the time now
   * @param delay from now; what is not above zero fires at the next turn
   * @param task runs on the thread that turns the wheel, which it must not block
   */
  public Timer set(long nanoTime, Duration delay, Runnable task) {
    long at = nanoTime - start + Math.max(0, delay.toNanos());
    synchronized (slots) {
      Node node = new Node(task, Math.max(turned + 1, -Math.floorDiv(-at, TICK_NANOS)));
      node.linkBefore(slots[slot(node.due)]);
      return node;
    }
  }

  /**
   * Fires what is due, in the order of its ticks.
   *
   * @param nanoTime the time now
   */
  public void turn(long nanoTime) {
    for (Node due : due((nanoTime - start) / TICK_NANOS)) {
      try {
        due.task.run();
      } catch (RuntimeException | Error e) {
        // Thrown on, it would stop every other timer, and for good.
        LOG.log(Level.ERROR, "A timer failed", e);
      }
    }
  }

  private Queue<Node> due(long now) {
    Queue<Node> due = new ArrayDeque<>();
    synchronized (slots) {
      // After a pause longer than a whole turn each slot is looked through once.
      for (long tick = Math.max(turned + 1, now - SLOTS + 1); tick <= now; tick++) {
        Node end = slots[slot(tick)];
        for (Node node = end.after; node != end; ) {
          Node next = node.after;
          if (node.due <= now) {
            node.unlink();
            due.add(node);
          }
          node = next;
        }
      }
      turned = Math.max(turned, now);
    }
    return due;
  }

  private static int slot(long tick) {
    return (int) (tick & SLOTS - 1);
  }

  /** How many timers are set. */
  public int waiting() {
    synchronized (slots) {
      return waiting;
    }
  }
}
