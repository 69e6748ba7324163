package org.m2mx.registry.subscriber;

import org.m2mx.registry.Aor;

/**
 * CDI event, fired in the transaction that opens, suspends or resumes a subscriber, or replaces its
 * credential. Observe it after completion.
 *
 * @param aor who
 */
public record SubscriberChanged(Aor aor) {}
