package org.m2mx.sipcontainer.overload;

import java.util.concurrent.ThreadLocalRandom;

/** When those who are refused for now are to come back: not all at the same moment. */
public final class RetryAfter {
  private static final int LEAST_SECONDS = 5;
  private static final int MOST_SECONDS = 15;

  private RetryAfter() {}

  /** The value of a Retry-After (RFC 3261 section 20.33): 5 to 15 seconds. */
  public static int seconds() {
    return ThreadLocalRandom.current().nextInt(LEAST_SECONDS, MOST_SECONDS + 1);
  }
}
