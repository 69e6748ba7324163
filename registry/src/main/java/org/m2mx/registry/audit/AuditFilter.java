package org.m2mx.registry.audit;

import java.time.Instant;

/**
 * Which lines of the audit trail are asked for; null stands for any.
 *
 * @param actor whose changes, by the exact name
 * @param action which kind
 * @param subject what the subject begins with
 * @param from the earliest, inclusive
 * @param until the latest, exclusive
 */
public record AuditFilter(
    String actor, Action action, String subject, Instant from, Instant until) {
  /** Every line. */
  public static final AuditFilter ALL = new AuditFilter(null, null, null, null, null);
}
