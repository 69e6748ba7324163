package org.m2mx.registry.subscriber;

/** An ISP has as many subscribers as it may have; the message says how many. */
public class LimitReachedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LimitReachedException(String domain, int limit) {
    super("Of subscribers " + domain + " may have " + limit + ", and has them");
  }
}
