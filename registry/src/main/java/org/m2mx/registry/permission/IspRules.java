package org.m2mx.registry.permission;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.Uniqueness;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Within;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.audit.Change;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.isp.Isps;

/** What ISPs say for all their subscribers, before a subscriber's own list is asked. */
@ApplicationScoped
public class IspRules {
  private final EntityManager entities;
  private final Isps isps;
  private final CallerGroups groups;
  private final AuditTrail audit;
  private final Event<PermissionsChanged> changes;
  private final Clock clock;

  /** For the client proxy only. */
  protected IspRules() {
    this(null, null, null, null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param isps whose rules there are
   * @param groups what a rule about a group means
   * @param audit where changes are written down
   * @param changes where the news goes
   * @param clock tells since when
   */
  @Inject
  public IspRules(
      EntityManager entities,
      Isps isps,
      CallerGroups groups,
      AuditTrail audit,
      Event<PermissionsChanged> changes,
      Clock clock) {
    this.entities = entities;
    this.isps = isps;
    this.groups = groups;
    this.audit = audit;
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * Makes a rule, or changes the one there is about the same callers.
   *
   * @param domain the ISP's
   * @param callers whom it is about; a group is one of this ISP
   * @param effect what it does
   * @param ends when it ends by itself; empty for never
   * @throws NotFoundException when there is no such ISP or group
   * @throws IllegalArgumentException when the end has passed
   */
  @Transactional
  @Requires(Access.CHANGE)
  public void put(
      @Within String domain, Callers callers, IspRule.Effect effect, Optional<Instant> ends) {
    var now = clock.instant();
    Permissions.requireFuture(ends, now);
    var isp = isps.require(domain);
    var present = find(isp.domain(), callers);
    var before = present.map(IspRule::facts).orElse(Facts.NONE);
    var rule =
        present.orElseGet(
            () -> new IspRule(isp.domain(), callers, groups.behind(callers, isp.domain()), now));
    rule.say(effect, ends.orElse(null));
    if (present.isEmpty()) {
      Uniqueness.insert(entities, rule, isp.domain() + " has a rule about " + callers + " already");
    }
    changed(Action.ISP_RULE_MADE, rule, before, rule.facts());
  }

  /** Takes a rule back; without one nothing changes. */
  @Transactional
  @Requires(Access.CHANGE)
  public void remove(@Within String domain, Callers callers) {
    find(domain, callers)
        .ifPresent(
            rule -> {
              entities.remove(rule);
              changed(Action.ISP_RULE_REMOVED, rule, rule.facts(), Facts.NONE);
            });
  }

  /** An ISP's rules in the order of their callers' text, those included whose time is over. */
  @Requires(Access.READ)
  public List<IspRule> list(@Within String domain) {
    return entities
        .createQuery(
            "select r from IspRule r where r.domain = lower(:domain) order by r.callers",
            IspRule.class)
        .setParameter("domain", domain)
        .getResultList();
  }

  private void changed(Action action, IspRule rule, Facts before, Facts after) {
    changes.fire(PermissionsChanged.ofMany());
    audit.add(new Change(action, rule.domain(), rule.domain(), before, after));
  }

  private Optional<IspRule> find(String domain, Callers callers) {
    return entities
        .createQuery(
            "select r from IspRule r where r.domain = lower(:domain) and r.callers = :callers",
            IspRule.class)
        .setParameter("domain", domain)
        .setParameter("callers", callers)
        .getResultStream()
        .findFirst();
  }
}
