package org.m2mx.ua.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.m2mx.ua.UserAgentException;

/** Lasts until the command has done its work, the account is refused, or the user stops it. */
final class Waiting extends AccountOptions.Progress {
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  Waiting(Terminal terminal) {
    super(terminal);
    terminal.onInterrupt(this::finish);
  }

  @Override
  public void refused(UserAgentException cause) {
    fail(cause);
  }

  void finish() {
    end.complete(null);
  }

  void fail(UserAgentException cause) {
    end.completeExceptionally(cause);
  }

  /**
   * Waits for the end.
   *
   * @throws UserAgentException what has failed
   * @throws InterruptedException if the waiting thread is interrupted
   */
  void await() throws UserAgentException, InterruptedException {
    try {
      end.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UserAgentException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
