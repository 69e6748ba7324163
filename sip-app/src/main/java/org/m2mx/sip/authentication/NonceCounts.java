package org.m2mx.sip.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * Refuses a credential that was sent before (RFC 7616 section 3.4, nc).
 *
 * <p>Requests may overtake each other on their way, so that counts within the last 64 are accepted
 * in any order, each once. A nonce is remembered only after its first proven use: without a
 * password nobody makes this grow.
 */
@Singleton
public class NonceCounts {

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

  private final Cache<String, Window> windows;

  /**
   * @param nonces says how long a nonce, and thus its count, matters
   */
  @Inject
  public NonceCounts(Nonces nonces) {
    this.windows =
        Caffeine.newBuilder().expireAfterWrite(nonces.lifetime()).executor(Runnable::run).build();
  }

  /**
   * Takes note of a count.
   *
   * @param nonce a nonce of ours
   * @param nc the count, from 1
   * @return false if this count was used before with this nonce, or is too old to tell
   */
  public boolean accept(String nonce, long nc) {
    return nc > 0
        && windows
            .asMap()
            .compute(nonce, (key, window) -> (window == null ? Window.EMPTY : window).with(nc))
            .accepted();
  }
}
