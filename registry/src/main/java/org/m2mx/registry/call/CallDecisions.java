package org.m2mx.registry.call;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.List;
import org.m2mx.registry.Aor;
import org.m2mx.registry.Status;
import org.m2mx.registry.binding.Bindings;
import org.m2mx.registry.call.CallDecision.Reason;

/**
 * Decides whether a call goes through. Every refusal is the same to the caller, in time as well:
 * each decision asks both questions, where the callee stands and where it is, and gets one row and
 * the permitted callee's bindings.
 */
@ApplicationScoped
public class CallDecisions {
  // Scalar subqueries, so that there is one row whatever the truth.
  private static final String STANDING =
      """
      select
        (select s.status from subscriber s where s.aor = ?1),
        (select i.status from subscriber s join isp i on i.id = s.isp_id where s.aor = ?1),
        (select p.id from permission p where p.callee = ?1 and p.caller = ?2)
      """;

  private final EntityManager entities;
  private final Bindings bindings;

  /** For the client proxy only. */
  protected CallDecisions() {
    this(null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param bindings where callees are
   */
  @Inject
  public CallDecisions(EntityManager entities, Bindings bindings) {
    this.entities = entities;
    this.bindings = bindings;
  }

  /**
   * Decides a call.
   *
   * @param caller who calls, authenticated
   * @param callee who is called, known or not
   * @param now when the request came; bindings that have expired by then are passed over
   * @return never null
   */
  public CallDecision decide(Aor caller, Aor callee, Instant now) {
    var standing =
        (Object[])
            entities
                .createNativeQuery(STANDING)
                .setParameter(1, callee.toString())
                .setParameter(2, caller.toString())
                .getSingleResult();
    var reason = reason((String) standing[0], (String) standing[1], standing[2] != null);
    var reachable = bindings.reachableBy(caller, callee, now);
    return new CallDecision(reason, reason == Reason.PERMITTED ? reachable : List.of());
  }

  private static Reason reason(String subscriber, String isp, boolean permitted) {
    if (subscriber == null) {
      return Reason.NO_SUCH_USER;
    }
    if (Status.valueOf(isp) == Status.SUSPENDED) {
      return Reason.ISP_SUSPENDED;
    }
    if (Status.valueOf(subscriber) == Status.SUSPENDED) {
      return Reason.SUBSCRIBER_SUSPENDED;
    }
    return permitted ? Reason.PERMITTED : Reason.NOT_PERMITTED;
  }
}
