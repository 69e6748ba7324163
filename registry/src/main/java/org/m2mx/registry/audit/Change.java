package org.m2mx.registry.audit;

import java.util.Objects;
import org.m2mx.registry.Aor;

/**
 * What a service has to tell the audit trail.
 *
 * @param action what was done
 * @param subject to what: an address of record, a domain, an operator's name
 * @param domain any domain of the ISP whose it is; null when it is the platform's
 * @param before what was true before; {@link Facts#NONE} when it did not exist
 * @param after what is true now; {@link Facts#NONE} when it no longer exists
 */
public record Change(Action action, String subject, String domain, Facts before, Facts after) {
  /** Refuses what is null, but for the domain. */
  public Change {
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(before, "before");
    Objects.requireNonNull(after, "after");
  }

  /** A change of what is a subscriber's. */
  public static Change of(Action action, Aor subject, Facts before, Facts after) {
    return new Change(action, subject.toString(), subject.domain(), before, after);
  }
}
