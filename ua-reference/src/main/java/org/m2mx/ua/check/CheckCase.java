package org.m2mx.ua.check;

import java.io.IOException;
import org.m2mx.ua.UserAgentException;

/**
 * Something that is asked of the other side.
 *
 * @param id its name, which stays
 * @param section the RFC and section that ask for it
 * @param title what is asked for, one line
 * @param script finds out
 */
record CheckCase(String id, String section, String title, Script script) {

  /** Finds out whether the other side does what is asked. */
  @FunctionalInterface
  interface Script {
    void run(Bench bench)
        throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException;
  }

  /** Fails unless something holds. */
  static void require(boolean holds, String failure) throws CheckFailure {
    if (!holds) {
      throw new CheckFailure(failure);
    }
  }

  /** Fails unless a response has one of these statuses. */
  static void requireStatus(SipText response, int... wanted) throws CheckFailure {
    for (int status : wanted) {
      if (response.status() == status) {
        return;
      }
    }
    StringBuilder list = new StringBuilder();
    for (int status : wanted) {
      list.append(list.isEmpty() ? "" : " or ").append(status);
    }
    throw new CheckFailure(
        response.method() + " was answered \"" + response.startLine() + "\", not " + list);
  }
}
