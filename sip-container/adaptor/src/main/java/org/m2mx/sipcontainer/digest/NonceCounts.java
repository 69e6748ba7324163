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
 * password nobody makes this grow. Nor does it grow without end for those who have one: a nonce
 * that was made before what is remembered began is refused, and its client gets a new one.
 */
public final class NonceCounts {
  private static final int MOST = 1 << 18;

  /** The highest count seen, and which of the 63 before it were seen (bit n: highest - n). */
  private record Window(long highest, long seen, boolean accepted) {
    static final Window EMPTY = new Window(0, 0, false);

    /** Most nonces are used once. */
    static final Window FIRST = new Window(1, 1, true);

    Window with(long nc) {
      if (nc > highest) {
        long shift = nc - highest;
        return nc == 1 ? FIRST : new Window(nc, (shift >= Long.SIZE ? 0 : seen << shift) | 1, true);
      }
      long age = highest - nc;
      if (age >= Long.SIZE || (seen >>> age & 1) == 1) {
        return new Window(highest, seen, false);
      }
      return new Window(highest, seen | 1L << age, true);
    }
  }

  /**
   * What was last used in some span of time.
   *
   * @param since when that began
   * @param windows by what is random in the nonce
   */
  private record Uses(Instant since, Map<Long, Window> windows) {}

  private final Clock clock;
  private final Duration lifetime;
  private final int most;
  private Uses older;
  private Uses recent;

  /**
   * @param nonces says how long a nonce, and thus its count, matters
   */
  public NonceCounts(Nonces nonces) {
    this(nonces, MOST);
  }

  /**
   * @param nonces says how long a nonce, and thus its count, matters
   * @param most of twice as many nonces counts are remembered, 1 or more
   */
  NonceCounts(Nonces nonces, int most) {
    this.clock = nonces.clock();
    this.lifetime = nonces.lifetime();
    this.most = most;
    this.older = new Uses(Instant.MIN, Map.of());
    this.recent = new Uses(clock.instant(), new HashMap<>());
  }

  /**
   * Takes note of a count.
   *
   * @param nonce a nonce of ours that {@link Nonces#check} has found fresh
   * @param nc the count, from 1
   * @return false if this count was used before with this nonce, or is too old to tell
   * @throws IllegalArgumentException if it is no nonce of ours
   */
  public synchronized boolean accept(String nonce, long nc) {
    if (nc <= 0) {
      return false;
    }
    turn();
    Nonces.Stamp stamp = Nonces.stamp(nonce);
    // One made in the same millisecond may have been used before it.
    if (!stamp.issued().isAfter(older.since())) {
      return false;
    }
    Window before =
        recent
            .windows()
            .getOrDefault(
                stamp.random(), older.windows().getOrDefault(stamp.random(), Window.EMPTY));
    Window after = before.with(nc);
    recent.windows().put(stamp.random(), after);
    return after.accepted();
  }

  private void turn() {
    Instant now = clock.instant();
    if (recent.windows().size() >= most || !now.isBefore(recent.since().plus(lifetime))) {
      older = recent;
      recent = new Uses(now, new HashMap<>());
    }
  }
}
