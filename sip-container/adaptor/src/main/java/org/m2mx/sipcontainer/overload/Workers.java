package org.m2mx.sipcontainer.overload;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** The threads that run applications, and how long work waits for one of them. */
public final class Workers implements Executor, Backlog, AutoCloseable {
  private static final long PATIENCE_SECONDS = 5;

  private record Waiting(Runnable task, long since) implements Runnable {
    @Override
    public void run() {
      task.run();
    }
  }

  private final ThreadPoolExecutor threads;
  private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
  private final LongSupplier nanoTime;

  /**
   * Starts no thread yet; each starts with its first work.
   *
   * @param name what each thread is called, before its number
   * @param count threads, 1 or more
   * @param classLoader the context class loader of all of them
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  public Workers(String name, int count, ClassLoader classLoader, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            count,
            count,
            0,
            TimeUnit.SECONDS,
            queue,
            task -> {
              Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              thread.setContextClassLoader(classLoader);
              return thread;
            });
  }

  /**
   * Runs a task as soon as a thread is free.
   *
   * @throws java.util.concurrent.RejectedExecutionException when this is closed
   */
  @Override
  public void execute(Runnable task) {
    threads.execute(new Waiting(task, nanoTime.getAsLong()));
  }

  @Override
  public Duration delay() {
    return queue.peek() instanceof Waiting oldest
        ? Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - oldest.since()))
        : Duration.ZERO;
  }

  @Override
  public long now() {
    return nanoTime.getAsLong();
  }

  @Override
  public int waiting() {
    return queue.size();
  }

  @Override
  public int count() {
    return threads.getCorePoolSize();
  }

  /**
   * Takes no more work, finishes what there is, and interrupts what takes longer than some seconds.
   */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
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
