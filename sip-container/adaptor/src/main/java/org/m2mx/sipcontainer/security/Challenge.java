package org.m2mx.sipcontainer.security;

import java.util.List;

/**
 * The question who sends a request (RFC 3261 section 22).
 *
 * @param asker who wants to know
 * @param values of its header, one for each algorithm, the one liked best first; not empty
 */
public record Challenge(Asker asker, List<String> values) {

  /** Who wants to know: it decides which status and which header are used. */
  public enum Asker {
    /** A user agent server, such as a registrar: 401 and WWW-Authenticate. */
    SERVER,
    /** A proxy: 407 and Proxy-Authenticate. */
    PROXY
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when there are none
   */
  public Challenge {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a challenge offers an algorithm or more");
    }
  }
}
