package org.m2mx.console.permission;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import org.m2mx.console.subscriber.AorText;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.Aor;
import org.m2mx.registry.call.CallDecision;
import org.m2mx.registry.call.Calls;
import org.m2mx.registry.call.RuleVerdict;

/** Says whether one may call another now, and which rule decides. */
@Named
@RequestScoped
public class TryPage {
  private final Calls calls;
  private final HttpServletRequest request;
  private final Clock clock;
  private final Texts texts;

  private CallDecision decision;

  /** For the client proxy only. */
  protected TryPage() {
    this(null, null, null, null);
  }

  /**
   * @param calls decides
   * @param request its parameters name the two
   * @param clock tells when
   * @param texts what to say
   */
  @Inject
  public TryPage(Calls calls, HttpServletRequest request, Clock clock, Texts texts) {
    this.calls = calls;
    this.request = request;
    this.clock = clock;
    this.texts = texts;
  }

  /** Decides, when two are named. */
  public void load() {
    var caller = named("caller");
    var callee = named("callee");
    if (caller != null && callee != null) {
      decision = calls.explain(caller, callee, clock.instant());
    }
  }

  /** What was decided; null when nobody was named. */
  public CallDecision getDecision() {
    return decision;
  }

  /** The rule that decides. */
  public RuleVerdict getDecisive() {
    return decision.trace().stream()
        .filter(verdict -> verdict.outcome() != RuleVerdict.Outcome.PASSES)
        .findFirst()
        .orElseThrow();
  }

  private Aor named(String parameter) {
    var typed = request.getParameter(parameter);
    if (typed == null || typed.isBlank()) {
      return null;
    }
    try {
      return AorText.parse(typed);
    } catch (IllegalArgumentException e) {
      texts.refused("audit.parameter.invalid", typed);
      return null;
    }
  }
}
