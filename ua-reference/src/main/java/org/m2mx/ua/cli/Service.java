package org.m2mx.ua.cli;

import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgentException;

/** What a caller gets. Serves several sessions at once, each on a thread of its own. */
@FunctionalInterface
interface Service extends AutoCloseable {
  /**
   * Serves a session to its end.
   *
   * @throws UserAgentException if something was lost
   * @throws InterruptedException if the waiting thread is interrupted
   */
  void serve(Session session) throws UserAgentException, InterruptedException;

  /** Ends what the sessions have left. Does not throw. */
  @Override
  default void close() {}
}
