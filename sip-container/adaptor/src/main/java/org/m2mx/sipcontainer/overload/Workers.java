package org.m2mx.sipcontainer.overload;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.m2mx.sipcontainer.overload.Admission.Kind;

/**
 * The threads that run applications, and how long work waits for one of them. What has begun does
 * not wait behind what begins: else a call of five messages waits five times.
 *
 * <p>As few take work as keep the processors busy: each more would have to be woken up and switched
 * to for every message. A thread that has been at one task for longer than {@link #LONG} waits for
 * something, such as a database; as long as it does, another takes its place. And when work waits
 * that long while processors have nothing to do, threads wait for many things, each briefly: one
 * more comes each time somebody looks.
 */
public final class Workers implements Executor, Backlog, AutoCloseable {
  /** Many times what a message takes, and little to wait for a thread. */
  public static final Duration LONG = Duration.ofMillis(20);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Nothing waits longer only because something goes on all the time. */
  private static final long LONGEST_NANOS = Duration.ofSeconds(1).toNanos();

  /** Left to whoever closes this, however long others took before. */
  private static final long LEAST_NANOS = Duration.ofMillis(500).toNanos();

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

  /** A share of the processors. What is above it is not to be had by more threads. */
  private static final double BUSY = 0.8;

  private final ThreadPoolExecutor threads;
  private final Set<Worker> alive = ConcurrentHashMap.newKeySet();

  /** What waits, by its kind. */
  private final List<Queue<Waiting>> lanes =
      Stream.<Queue<Waiting>>generate(ConcurrentLinkedQueue::new)
          .limit(Kind.values().length)
          .toList();

  /** One for each task that waits. Which one it is for is seen when a thread is free. */
  private final BlockingQueue<Runnable> turns = new LinkedBlockingQueue<>();

  private final Runnable turn = this::takeTurn;
  private final int few;
  private final LongSupplier nanoTime;
  private final DoubleSupplier load;

  /** Of whoever stops this; 0 until then. */
  private volatile long deadline;

  private record Waiting(Runnable task, long since) {}

  private final class Worker extends Thread {
    private volatile boolean busy;
    private volatile long since;

    Worker(Runnable loop, String name) {
      super(loop, name);
    }

    @Override
    public void run() {
      alive.add(this);
      try {
        super.run();
      } finally {
        alive.remove(this);
      }
    }

    void work(Runnable task) {
      since = nanoTime.getAsLong();
      busy = true;
      try {
        task.run();
      } finally {
        busy = false;
      }
    }

    boolean isWaiting(long now) {
      return busy && now - since > LONG.toNanos();
    }
  }

  /**
   * Starts no thread yet; each starts with its first work.
   *
   * @param name what each thread is called, before its number
   * @param few threads while none of them waits, 1 or more
   * @param most threads, no fewer than that
   * @param classLoader the context class loader of all of them
   * @param nanoTime a clock that only goes forward, in nanoseconds
   * @param load how busy the processors are, 0 to 1; asked only while work waits for long
   */
  public Workers(
      String name,
      int few,
      int most,
      ClassLoader classLoader,
      LongSupplier nanoTime,
      DoubleSupplier load) {
    this.few = few;
    this.nanoTime = nanoTime;
    this.load = load;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            few,
            most,
            0,
            TimeUnit.SECONDS,
            turns,
            loop -> {
              Thread thread = new Worker(loop, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              thread.setContextClassLoader(classLoader);
              return thread;
            });
  }

  /**
   * Lets threads take work in place of those that wait, and no longer than they do. To be called
   * again and again, every {@link #LONG} or so.
   */
  public void replaceWaiting() {
    long now = nanoTime.getAsLong();
    long waiting = alive.stream().filter(worker -> worker.isWaiting(now)).count();
    int wanted =
        (int)
            Math.min(
                threads.getMaximumPoolSize(),
                Math.max(few + waiting, threads.getCorePoolSize() + step()));
    if (wanted != threads.getCorePoolSize()) {
      threads.setCorePoolSize(wanted);
    }
  }

  private int step() {
    if (delay(Kind.NEW).compareTo(LONG) <= 0) {
      return -1;
    }
    return load.getAsDouble() < BUSY ? 1 : 0;
  }

  /**
   * Runs a task that goes on with what has begun as soon as a thread is free.
   *
   * @throws RejectedExecutionException when this is closed
   */
  @Override
  public void execute(Runnable task) {
    execute(Kind.BEGUN, task);
  }

  /**
   * Runs a task as soon as a thread is free and nothing of an earlier kind waits.
   *
   * @throws RejectedExecutionException when this is closed
   */
  public void execute(Kind kind, Runnable task) {
    Waiting waiting = new Waiting(task, nanoTime.getAsLong());
    Queue<Waiting> lane = lanes.get(kind.ordinal());
    lane.add(waiting);
    try {
      threads.execute(turn);
    } catch (RejectedExecutionException e) {
      if (lane.remove(waiting)) {
        throw e;
      }
    } catch (Error e) {
      // There is no memory for a thread.
      if (lane.remove(waiting)) {
        throw e;
      }
      // Another's turn has taken it, which leaves this one to the other.
      turns.add(turn);
    }
  }

  private void takeTurn() {
    Waiting next = starved();
    for (int lane = 0; next == null && lane < lanes.size(); lane++) {
      next = lanes.get(lane).poll();
    }
    if (next != null) {
      ((Worker) Thread.currentThread()).work(next.task());
    }
  }

  /** What has waited for too long behind earlier kinds; null when nothing has. */
  private Waiting starved() {
    long now = nanoTime.getAsLong();
    for (int lane = lanes.size() - 1; lane > 0; lane--) {
      Waiting oldest = lanes.get(lane).peek();
      if (oldest != null && now - oldest.since() > LONGEST_NANOS) {
        return lanes.get(lane).poll();
      }
    }
    return null;
  }

  @Override
  public Duration delay(Kind kind) {
    long now = nanoTime.getAsLong();
    long longest = 0;
    for (Queue<Waiting> lane : lanes.subList(0, kind.ordinal() + 1)) {
      Waiting oldest = lane.peek();
      if (oldest != null) {
        longest = Math.max(longest, now - oldest.since());
      }
    }
    return Duration.ofNanos(longest);
  }

  @Override
  public long now() {
    return nanoTime.getAsLong();
  }

  @Override
  public int waiting() {
    return turns.size();
  }

  @Override
  public int count() {
    return threads.getMaximumPoolSize();
  }

  /** How many threads there are now. */
  public int alive() {
    return alive.size();
  }

  /**
   * Waits until there is nothing to do.
   *
   * @param until of {@link System#nanoTime}; no longer than that, and {@link #close} neither
   */
  public void drain(long until) {
    deadline = until;
    try {
      while (isBusy() && System.nanoTime() - deadline < 0) {
        Thread.sleep(BETWEEN_LOOKS.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isBusy() {
    return !turns.isEmpty() || threads.getActiveCount() > 0;
  }

  /**
   * Takes no more work, finishes what there is, and interrupts what takes longer than some seconds.
   */
  @Override
  public void close() {
    threads.shutdown();
    long left =
        deadline == 0 ? PATIENCE.toNanos() : Math.max(LEAST_NANOS, deadline - System.nanoTime());
    try {
      if (!threads.awaitTermination(left, TimeUnit.NANOSECONDS)) {
        System.getLogger(Workers.class.getName())
            .log(
                System.Logger.Level.WARNING,
                "Applications did not finish in time and are interrupted");
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      threads.shutdownNow();
    }
  }
}
