package org.m2mx.sip.registrar;

import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many registrations may wait for their commit at a time, without a thread. One more waits for
 * its turn and keeps its thread meanwhile: so a slow database is felt where the container looks for
 * overload, by how long requests wait for a thread, and new ones are refused before any work is
 * done on them.
 */
@Singleton
class CommitPlaces {
  /** Enough for a group on its way to the disk and one that gathers. */
  static final int COUNT = 100;

  private static final long PATIENCE_SECONDS = 10;

  private final Semaphore free = new Semaphore(COUNT);

  /** One of them, taken. */
  final class Place {
    private final AtomicBoolean taken = new AtomicBoolean(true);

    private Place() {}

    /** Gives it back, once the answer has been sent; once more does nothing. */
    void giveBack() {
      if (taken.compareAndSet(true, false)) {
        free.release();
      }
    }
  }

  /**
   * Takes a place.
   *
   * @return empty when there was none for ten seconds, or the server stops
   */
  Optional<Place> take() {
    try {
      return free.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)
          ? Optional.of(new Place())
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
