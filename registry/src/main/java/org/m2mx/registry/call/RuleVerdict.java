package org.m2mx.registry.call;

import java.util.Objects;

/**
 * What one rule says of a call. Every rule is asked, also behind the one that decides: that is the
 * first whose outcome is {@link Outcome#PERMITS} or {@link Outcome#REFUSES}.
 *
 * @param rule which
 * @param outcome what it says
 * @param detail why, in a few words or by the line of the list, for operators; may be empty
 */
public record RuleVerdict(CallRule rule, Outcome outcome, String detail) {
  /** What a rule can say. */
  public enum Outcome {
    /** Nothing against the call; the next rule is asked. */
    PASSES,
    /** The call goes through. */
    PERMITS,
    /** The caller is told that there is no such user. */
    REFUSES
  }

  /** Checks for null. */
  public RuleVerdict {
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(detail, "detail");
  }

  boolean decides() {
    return outcome != Outcome.PASSES;
  }
}
