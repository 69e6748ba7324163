package org.m2mx.sipcontainer.digest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Refuses a credential that was sent before (RFC 7616 section 3.4, nc).
 *
 * <p>Requests may overtake each other on their way, so that counts within the last 64 are accepted
 * in any order, each once. A nonce is remembered only after its first proven use: without a
 * password nobody makes this grow.
 */
public final class NonceCounts {

  /** The highest count seen, and which of the 63 before it were seen (bit n: highest - n). */
  private record Window(long highest, long seen, boolean accepted) {

    static final Window EMPTY = new Window(0, 0, false);

    Window with(long nc) {
      if (nc > highest) {
        long shift = nc - highest;
        return new Window(nc, (shift >= Long.SIZE ? 0 : seen << shift) | 1, true);
      }
      long age = highest - nc;
      if (age >= Long.SIZE || (seen >>> age & 1) == 1) {
        return new Window(highest, seen, false);
      }
      return new Window(highest, seen | 1L << age, true);
    }
  }

  private final Clock clock;
  private final Duration lifetime;
  private Map<String, Window> recent = new HashMap<>();
  private Map<String, Window> older = Map.of();
  private Instant turn;

  /**
   * @param nonces says how long a nonce, and thus its count, matters
   */
  public NonceCounts(Nonces nonces) {
    this.clock = nonces.clock();
    this.lifetime = nonces.lifetime();
    this.turn = clock.instant().plus(lifetime);
  }

  /**
   * Takes note of a count.
   *
   * @param nonce a nonce of ours
   * @param nc the count, from 1
   * @return false if this count was used before with this nonce, or is too old to tell
   */
  public synchronized boolean accept(String nonce, long nc) {
    if (nc <= 0) {
      return false;
    }
    forget();
    Window before = recent.getOrDefault(nonce, older.getOrDefault(nonce, Window.EMPTY));
    Window after = before.with(nc);
    recent.put(nonce, after);
    return after.accepted();
  }

  /** What was last used before the last turn is of nonces that have expired since. */
  private void forget() {
    Instant now = clock.instant();
    if (now.isBefore(turn)) {
      return;
    }
    older = now.isBefore(turn.plus(lifetime)) ? recent : Map.of();
    recent = new HashMap<>();
    turn = now.plus(lifetime);
  }
}
