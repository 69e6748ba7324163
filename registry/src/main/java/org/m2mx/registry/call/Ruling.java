package org.m2mx.registry.call;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.m2mx.registry.Status;
import org.m2mx.registry.call.CallDecision.Reason;
import org.m2mx.registry.call.RuleVerdict.Outcome;
import org.m2mx.registry.permission.Callers;
import org.m2mx.registry.permission.IspRule.Effect;

/**
 * What the rules make of one caller and one callee. All of them are applied, whichever decides, so
 * that every refusal costs the same.
 *
 * @param reason the outcome
 * @param trace every rule's verdict
 * @param until when a line that counted ends; {@link Instant#MAX} when none does
 */
record Ruling(Reason reason, List<RuleVerdict> trace, Instant until) {

  /**
   * A line of a list that is about the caller.
   *
   * @param effect what it does
   * @param callers whom it names
   * @param ends when it ends; {@link Instant#MAX} for never
   */
  record Line(Effect effect, Callers callers, Instant ends) {
    /** The most specific first; among groups, one that denies. */
    private static final Comparator<Line> BY_SPECIFICITY =
        Comparator.<Line>comparingInt(line -> specificity(line.callers))
            .thenComparing(line -> line.effect == Effect.DENY ? 0 : 1)
            .thenComparing(line -> line.callers.toString());

    private static int specificity(Callers callers) {
      if (callers instanceof Callers.One) {
        return 0;
      }
      if (callers instanceof Callers.Group) {
        return 1;
      }
      return callers instanceof Callers.Domain ? 2 : 3;
    }
  }

  /**
   * What the registry knows of a caller and a callee.
   *
   * @param caller the caller's status; empty when it is no subscriber
   * @param callerIsp the status of the caller's ISP; empty when it is none of this service
   * @param callee the callee's status; empty when it is no subscriber
   * @param calleeIsp the status of the callee's ISP; empty when it is none of this service
   * @param ispRules the lines of the callee's ISP about the caller
   * @param calleeList the lines of the callee about the caller
   */
  record Facts(
      Optional<Status> caller,
      Optional<Status> callerIsp,
      Optional<Status> callee,
      Optional<Status> calleeIsp,
      List<Line> ispRules,
      List<Line> calleeList) {}

  static Ruling on(Facts facts) {
    var byIsp = facts.ispRules().stream().min(Line.BY_SPECIFICITY);
    var byCallee = facts.calleeList().stream().min(Line.BY_SPECIFICITY);
    var callerServed =
        facts.caller().equals(Optional.of(Status.ACTIVE))
            && facts.callerIsp().equals(Optional.of(Status.ACTIVE));
    var ispSuspended = facts.calleeIsp().equals(Optional.of(Status.SUSPENDED));
    var trace = new ArrayList<RuleVerdict>();
    trace.add(
        verdict(
            CallRule.CALLER,
            callerServed ? Outcome.PASSES : Outcome.REFUSES,
            standing(facts.caller(), facts.callerIsp())));
    trace.add(
        verdict(
            CallRule.CALLEE_ISP,
            ispSuspended ? Outcome.REFUSES : Outcome.PASSES,
            facts.calleeIsp().map(Status::name).orElse("no ISP of this service")));
    trace.add(
        verdict(
            CallRule.CALLEE,
            facts.callee().equals(Optional.of(Status.ACTIVE)) ? Outcome.PASSES : Outcome.REFUSES,
            facts.callee().map(Status::name).orElse("no such subscriber")));
    trace.add(
        verdict(
            CallRule.ISP_RULES,
            byIsp
                .map(line -> line.effect() == Effect.DENY ? Outcome.REFUSES : Outcome.PERMITS)
                .orElse(Outcome.PASSES),
            byIsp.map(line -> line.effect() + " " + line.callers()).orElse("no line")));
    trace.add(
        verdict(
            CallRule.CALLEE_LIST,
            byCallee.isPresent() ? Outcome.PERMITS : Outcome.PASSES,
            byCallee.map(line -> line.callers().toString()).orElse("no line")));
    trace.add(verdict(CallRule.DEFAULT, Outcome.REFUSES, ""));
    return new Ruling(reason(trace, facts), List.copyOf(trace), ends(facts));
  }

  private static Reason reason(List<RuleVerdict> trace, Facts facts) {
    var decisive = trace.stream().filter(RuleVerdict::decides).findFirst().orElseThrow();
    if (decisive.outcome() == Outcome.PERMITS) {
      return Reason.PERMITTED;
    }
    return switch (decisive.rule()) {
      case CALLER -> Reason.CALLER_NOT_SERVED;
      case CALLEE_ISP -> Reason.ISP_SUSPENDED;
      case CALLEE -> facts.callee().isPresent() ? Reason.SUBSCRIBER_SUSPENDED : Reason.NO_SUCH_USER;
      case ISP_RULES -> Reason.DENIED_BY_ISP;
      case CALLEE_LIST, DEFAULT -> Reason.NOT_PERMITTED;
    };
  }

  private static Instant ends(Facts facts) {
    var first = Instant.MAX;
    for (var lines : List.of(facts.ispRules(), facts.calleeList())) {
      for (var line : lines) {
        first = line.ends().isBefore(first) ? line.ends() : first;
      }
    }
    return first;
  }

  private static String standing(Optional<Status> subscriber, Optional<Status> isp) {
    if (subscriber.isEmpty()) {
      return "no subscriber of this service";
    }
    return isp.equals(Optional.of(Status.SUSPENDED))
        ? "ISP " + Status.SUSPENDED
        : subscriber.get().name();
  }

  private static RuleVerdict verdict(CallRule rule, Outcome outcome, String detail) {
    return new RuleVerdict(rule, outcome, detail);
  }
}
