package org.m2mx.registry.guard;

import java.time.Duration;
import java.time.Instant;
import org.m2mx.registry.Aor;

/**
 * Somebody who is not believed for a while, whatever is shown.
 *
 * @param cause what there was too much of
 * @param account whose account it is about, existing or not; null for {@link Cause#SOURCE}
 * @param source where it is about; null for {@link Cause#ACCOUNT}
 * @param since when it began
 * @param until when it ends by itself
 */
public record ShutOut(Cause cause, Aor account, AddressBlock source, Instant since, Instant until) {

  /** What there was too much of. */
  public enum Cause {
    /** Wrong proofs for one account from one source. */
    ACCOUNT_AT_SOURCE,
    /** Wrong proofs from one source, whichever the account. */
    SOURCE,
    /** Wrong proofs for one account, wherever from. */
    ACCOUNT
  }

  /** What is left of it, rounded up to whole seconds. */
  public Duration remaining(Instant now) {
    return Duration.ofSeconds(
        Math.max(1, Duration.between(now, until).plusMillis(999).toSeconds()));
  }
}
