package org.m2mx.ua.firewall.pcp;

import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.Pinhole;

/**
 * What a gateway maps for this side. When its epoch shows that it has forgotten, it is asked anew.
 */
final class LiveMappings {
  private static final System.Logger LOG = System.getLogger(LiveMappings.class.getName());

  private final String gateway;
  private final Epoch epoch;
  private final Set<Mapped> live = ConcurrentHashMap.newKeySet();

  /**
   * Nothing yet.
   *
   * @param gateway its name in logs
   * @param clock tells the time
   */
  LiveMappings(String gateway, Clock clock) {
    this.gateway = gateway;
    this.epoch = new Epoch(clock);
  }

  /**
   * Each answer to what is restored tells an epoch again. Only who restores may wait for another
   * mapping's lock while it holds one.
   */
  private final AtomicBoolean restoring = new AtomicBoolean();

  /** One of them; its text is what it is for. */
  abstract static class Mapped implements Pinhole {
    private final LiveMappings live;
    private boolean closed;

    Mapped(LiveMappings live) {
      this.live = live;
    }

    /** Has the gateway take it back. */
    abstract void delete() throws FirewallException;

    /** What comes after would map it again. */
    @Override
    public final synchronized void close() throws FirewallException {
      closed = true;
      live.live.remove(this);
      delete();
    }

    private synchronized void restore() throws FirewallException {
      if (!closed) {
        renew();
      }
    }
  }

  void add(Mapped mapped) {
    live.add(mapped);
  }

  /**
   * Takes note of a response.
   *
   * @param seconds its epoch
   * @param asking the mapping that it is about, which need not be restored; null if about none
   */
  void heard(long seconds, Mapped asking) {
    if (epoch.isContinuedBy(seconds) || !restoring.compareAndSet(false, true)) {
      return;
    }
    try {
      restoreAllBut(asking);
    } finally {
      restoring.set(false);
    }
  }

  private void restoreAllBut(Mapped asking) {
    LOG.log(System.Logger.Level.INFO, "{0} has restarted", gateway);
    for (Mapped other : live) {
      if (other != asking) {
        try {
          other.restore();
        } catch (FirewallException e) {
          LOG.log(
              System.Logger.Level.WARNING,
              "{0} did not restore the hole {1}: {2}",
              gateway,
              other,
              e.getMessage());
        }
      }
    }
  }
}
