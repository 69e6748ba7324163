package org.m2mx.ua.sdp;

import java.net.InetAddress;
import java.util.random.RandomGenerator;

/**
 * What tells one session description from all others: the {@code o=} line (RFC 8866 section 5.2).
 *
 * @param sessionId a number unique to the session
 * @param version grows with each change of the description
 */
public record Origin(long sessionId, long version) {

  /**
   * The origin of a new session.
   *
   * @param random where its number comes from
   * @return version 1 of a random session
   */
  public static Origin random(RandomGenerator random) {
    return new Origin(random.nextLong(1L << 62), 1);
  }

  String line(InetAddress address) {
    return "- " + sessionId + " " + version + " " + new Connection(address);
  }
}
