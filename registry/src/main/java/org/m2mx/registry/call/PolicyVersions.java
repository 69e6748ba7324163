package org.m2mx.registry.call;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.m2mx.registry.Aor;
import org.m2mx.registry.isp.Domains;
import org.m2mx.registry.permission.PermissionsChanged;
import org.m2mx.registry.subscriber.SubscriberChanged;

/**
 * Tells whether what was read of a caller and a callee still holds. A version is taken before the
 * database is read, and changes when a change is committed, before the one who made it hears so:
 * what was read under a version that has not changed is true.
 */
@ApplicationScoped
public class PolicyVersions {
  private static final int STRIPES = 4096;

  private final AtomicLongArray ofAor = new AtomicLongArray(STRIPES);
  private final AtomicLong ofAll = new AtomicLong();
  private final Domains domains;

  /** For the client proxy only. */
  protected PolicyVersions() {
    this(null);
  }

  /**
   * @param domains have a version that grows with every change of an ISP
   */
  @Inject
  public PolicyVersions(Domains domains) {
    this.domains = domains;
  }

  /** Grows with every change that may concern the two. */
  long of(Aor caller, Aor callee) {
    return domains.version() + ofAll.get() + ofAor.get(stripe(caller)) + ofAor.get(stripe(callee));
  }

  // After completion, not after success: of a commit whose outcome is unknown it must be told too.

  /** A list, a group or a rule changed. */
  public void permissions(
      @Observes(during = TransactionPhase.AFTER_COMPLETION) PermissionsChanged permissions) {
    permissions.callee().ifPresentOrElse(this::changed, ofAll::incrementAndGet);
  }

  /** The standing of a subscriber changed. */
  public void subscriber(
      @Observes(during = TransactionPhase.AFTER_COMPLETION) SubscriberChanged subscriber) {
    changed(subscriber.aor());
  }

  private void changed(Aor aor) {
    ofAor.incrementAndGet(stripe(aor));
  }

  private static int stripe(Aor aor) {
    var hash = aor.hashCode();
    return (hash ^ hash >>> 16) & STRIPES - 1;
  }
}
