package org.m2mx.ua.testing;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** What a test does beside itself. */
public final class Background {
  private Background() {}

  /** Begins it on a thread of its own, and returns what becomes of it. */
  public static <T> CompletableFuture<T> inBackground(Callable<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                done.complete(task.call());
              } catch (Exception | AssertionError e) {
                done.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return done;
  }
}
