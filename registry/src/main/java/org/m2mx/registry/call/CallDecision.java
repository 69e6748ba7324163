package org.m2mx.registry.call;

import java.util.List;
import org.m2mx.registry.binding.Binding;

/**
 * What the registry says to a call.
 *
 * @param reason why, for operators; never for the caller
 * @param trace every rule and its verdict, in order, for operators
 * @param bindings where the callee is, the preferred first; empty unless permitted, and also when
 *     the callee is off line
 */
public record CallDecision(Reason reason, List<RuleVerdict> trace, List<Binding> bindings) {
  /** What the caller may learn. */
  public enum Verdict {
    /** The call goes to the bindings, or is answered 480 when there are none. */
    PERMITTED,
    /** The call is answered as one to a user who does not exist. */
    UNKNOWN_USER
  }

  /** What an operator may learn. */
  public enum Reason {
    /** The callee or its ISP permits the caller. */
    PERMITTED,
    /** The caller is no subscriber, or it or its ISP is suspended. */
    CALLER_NOT_SERVED,
    /** There is no such callee. */
    NO_SUCH_USER,
    /** The callee is suspended. */
    SUBSCRIBER_SUSPENDED,
    /** The callee's ISP is suspended. */
    ISP_SUSPENDED,
    /** The callee's ISP denies the caller. */
    DENIED_BY_ISP,
    /** Nobody permits the caller. */
    NOT_PERMITTED;

    /** What of it somebody may learn who looks after the caller, and not after the callee. */
    Reason onCallersSide() {
      return this == PERMITTED || this == CALLER_NOT_SERVED ? this : NOT_PERMITTED;
    }
  }

  /** Copies the lists. */
  public CallDecision {
    trace = List.copyOf(trace);
    bindings = List.copyOf(bindings);
  }

  /** What the caller may learn. */
  public Verdict verdict() {
    return reason == Reason.PERMITTED ? Verdict.PERMITTED : Verdict.UNKNOWN_USER;
  }
}
