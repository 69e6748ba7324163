package org.m2mx.sip.registrar;

import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

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

  /**
   * Takes a place.
   *
   * @return false when there was none for ten seconds, or the server stops
   */
  boolean take() {
    try {
      return free.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Gives a place back, once the answer has been sent. */
  void giveBack() {
    free.release();
  }
}
