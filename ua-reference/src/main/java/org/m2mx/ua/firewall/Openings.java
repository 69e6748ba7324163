package org.m2mx.ua.firewall;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** Lets holes be opened until the end, which waits for those that are being opened. */
final class Openings {
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private int underWay;
  private boolean over;

  /** Something that may ask a gateway. */
  interface Opening<T> {
    T run() throws FirewallException;
  }

  /**
   * Runs it, unless the end has come.
   *
   * @throws FirewallClosedException if the end has come, or comes meanwhile
   */
  <T> T run(Opening<T> opening) throws FirewallException {
    begin();
    try {
      return opening.run();
    } catch (RejectedExecutionException e) {
      throw new FirewallClosedException(e);
    } finally {
      finish();
    }
  }

  private synchronized void begin() throws FirewallClosedException {
    requireNotOver();
    underWay++;
  }

  private synchronized void finish() {
    underWay--;
    completeAtTheLast();
  }

  private void completeAtTheLast() {
    if (over && underWay == 0) {
      ended.complete(null);
    }
  }

  /** Makes sure that no gateway is asked in vain. */
  synchronized void requireNotOver() throws FirewallClosedException {
    if (over) {
      throw new FirewallClosedException(null);
    }
  }

  /** Lets no more begin, and returns a future that completes when none is under way any more. */
  synchronized CompletableFuture<Void> end() {
    over = true;
    completeAtTheLast();
    return ended;
  }
}
