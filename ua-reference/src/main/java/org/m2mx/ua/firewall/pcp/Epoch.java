package org.m2mx.ua.firewall.pcp;

import java.time.Clock;

/**
 * Watches the server's Epoch Time, which shows whether it has lost its mappings (RFC 6887 section
 * 8.5).
 */
final class Epoch {
  private final Clock clock;
  private boolean known;
  private long serverSeconds;
  private long clientSeconds;

  Epoch(Clock clock) {
    this.clock = clock;
  }

  /**
   * Takes note of a response.
   *
   * @param received its Epoch Time, seconds
   * @return whether the server has kept its mappings since the response before
   */
  synchronized boolean isContinuedBy(long received) {
    long now = clock.instant().getEpochSecond();
    boolean continued = !known || isPlausible(received - serverSeconds, now - clientSeconds);
    known = true;
    serverSeconds = received;
    clientSeconds = now;
    return continued;
  }

  private static boolean isPlausible(long serverDelta, long clientDelta) {
    return serverDelta >= -1
        && clientDelta + 2 >= serverDelta - serverDelta / 16
        && serverDelta + 2 >= clientDelta - clientDelta / 16;
  }
}
