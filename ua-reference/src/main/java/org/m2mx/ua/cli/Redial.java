package org.m2mx.ua.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.m2mx.ua.UserAgentException;

/**
 * Waits before a call is made again that has broken off: each time longer, half of it at random, so
 * that many do not call as one.
 */
final class Redial {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Terminal terminal;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private Duration next = FIRST;

  Redial(Terminal terminal) {
    this.terminal = terminal;
    terminal.onInterrupt(stopped::countDown);
  }

  /** Says whether calling again may help. */
  static boolean mayHelp(UserAgentException cause) {
    return switch (cause.reason()) {
      case NO_PATH, DATA_CHANNEL, SERVER_UNREACHABLE, USER_OFFLINE, BUSY, NO_ANSWER -> true;
      default -> false;
    };
  }

  /** The call stood, so that the next wait is a short one again. */
  void succeeded() {
    next = FIRST;
  }

  /**
   * Tells why, and waits, or returns at once when the user stops the command.
   *
   * @throws InterruptedException if the waiting thread is interrupted
   */
  void await(UserAgentException cause) throws InterruptedException {
    double share = ThreadLocalRandom.current().nextDouble(0.5, 1);
    double seconds = next.toMillis() * share / 1000;
    terminal.tell(
        Event.of(
                Event.Kind.RETRYING,
                String.format("%s Calling again in %.1f s", cause.getMessage(), seconds))
            .with("reason", cause.reason())
            .with("message", cause.getMessage())
            .with("retryIn", seconds));
    if (stopped.await(Math.round(seconds * 1000), TimeUnit.MILLISECONDS)) {
      return;
    }
    next = next.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : next.multipliedBy(2);
  }
}
