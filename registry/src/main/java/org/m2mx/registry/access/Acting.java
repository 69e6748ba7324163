package org.m2mx.registry.access;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Knows on whose behalf the current thread is at work. Whoever lets somebody in, such as the
 * sign-in of the console, says so for as long as it serves them.
 */
@ApplicationScoped
public class Acting {
  private final ThreadLocal<Actor> current = new ThreadLocal<>();

  /** Ends what {@link #begin} began. */
  @FunctionalInterface
  public interface Turn {
    /** The actor before is back. */
    void end();
  }

  /**
   * What is done on somebody's behalf.
   *
   * @param <X> what it throws
   * @param <Y> what else it throws
   */
  @FunctionalInterface
  public interface Task<X extends Exception, Y extends Exception> {
    /** Does it. */
    void run() throws X, Y;
  }

  /** Does something on somebody's behalf, in this thread. */
  public <X extends Exception, Y extends Exception> void as(Actor actor, Task<X, Y> task)
      throws X, Y {
    var turn = begin(actor);
    try {
      task.run();
    } finally {
      turn.end();
    }
  }

  /**
   * From now on this thread works on somebody's behalf.
   *
   * @return to be ended by the same thread
   */
  public Turn begin(Actor actor) {
    var before = current.get();
    current.set(actor);
    return () -> {
      if (before == null) {
        current.remove();
      } else {
        current.set(before);
      }
    };
  }

  /** Who acts; empty when nobody does. */
  public Optional<Actor> current() {
    return Optional.ofNullable(current.get());
  }

  /**
   * Who acts.
   *
   * @throws AccessDeniedException when nobody does
   */
  public Actor required() {
    return current().orElseThrow(() -> new AccessDeniedException("Nobody is signed in"));
  }
}
