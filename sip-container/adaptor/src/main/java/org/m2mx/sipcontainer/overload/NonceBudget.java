package org.m2mx.sipcontainer.overload;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * How often one nonce brings a request in under overload. A challenge is given to anybody; without
 * this a single one would open the door to a flood. Takes the same memory however many there are:
 * those that share a slot share what is permitted.
 */
public final class NonceBudget {
  private static final int SLOTS = 1 << 14;
  private static final int MOST_IN_WINDOW = 8;
  private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

  private static final int COUNT_BITS = 8;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

  /** The window, then how many requests have come in it. */
  private final AtomicLongArray slots = new AtomicLongArray(SLOTS);

  private final LongSupplier nanoTime;

  /**
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  public NonceBudget(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Takes note of a request.
   *
   * @param nonce one of this server's own: others could be made to share a slot
   * @return whether the nonce has not come too often
   */
  public boolean permits(String nonce) {
    int slot =
        nonce.hashCode() * 0x9E3779B9 >>> Integer.SIZE - Integer.numberOfTrailingZeros(SLOTS);
    long begun = nanoTime.getAsLong() / WINDOW_NANOS << COUNT_BITS;
    while (true) {
      long before = slots.get(slot);
      long count = (before & ~COUNT_MASK) == begun ? before & COUNT_MASK : 0;
      if (count >= MOST_IN_WINDOW) {
        return false;
      }
      if (slots.compareAndSet(slot, before, begun | count + 1)) {
        return true;
      }
    }
  }
}
