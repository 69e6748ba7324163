package org.m2mx.sipcontainer.overload;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Workers whose work does not end before the test does, and whose time passes when it says so. */
final class BusyWorkers implements AutoCloseable {
  static final int THREADS = 2;

  private final AtomicLong now = new AtomicLong();
  private final CountDownLatch busy = new CountDownLatch(1);
  private final Workers workers =
      new Workers("busy", THREADS, THREADS, BusyWorkers.class.getClassLoader(), now::get, () -> 1);

  Workers workers() {
    return workers;
  }

  void work(int tasks) {
    for (int i = 0; i < tasks; i++) {
      workers.execute(
          () -> {
            try {
              busy.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
  }

  void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  /** The work ends. */
  void rest() {
    busy.countDown();
  }

  @Override
  public void close() {
    rest();
    workers.close();
  }
}
