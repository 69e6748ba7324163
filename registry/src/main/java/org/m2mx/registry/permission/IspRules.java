package org.m2mx.registry.permission;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.Uniqueness;
import org.m2mx.registry.isp.Isps;

/** What ISPs say for all their subscribers, before a subscriber's own list is asked. */
@ApplicationScoped
public class IspRules {
  private static final Logger LOG = System.getLogger(IspRules.class.getName());

  private final EntityManager entities;
  private final Isps isps;
  private final CallerGroups groups;
  private final Event<PermissionsChanged> changes;
  private final Clock clock;

  /** For the client proxy only. */
  protected IspRules() {
    this(null, null, null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param isps whose rules there are
   * @param groups what a rule about a group means
   * @param changes where the news goes
   * @param clock tells since when
   */
  @Inject
  public IspRules(
      EntityManager entities,
      Isps isps,
      CallerGroups groups,
      Event<PermissionsChanged> changes,
      Clock clock) {
    this.entities = entities;
    this.isps = isps;
    this.groups = groups;
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
  public void put(String domain, Callers callers, IspRule.Effect effect, Optional<Instant> ends) {
    var now = clock.instant();
    Permissions.requireFuture(ends, now);
    var isp =
        isps.find(domain)
            .orElseThrow(() -> new NotFoundException("No ISP has the domain " + domain));
    find(isp.domain(), callers)
        .ifPresentOrElse(
            rule -> rule.say(effect, ends.orElse(null)),
            () -> {
              var group = groups.behind(callers, isp.domain());
              var rule = new IspRule(isp.domain(), callers, group, now);
              rule.say(effect, ends.orElse(null));
              Uniqueness.insert(
                  entities, rule, isp.domain() + " has a rule about " + callers + " already");
            });
    changes.fire(PermissionsChanged.ofMany());
    LOG.log(
        Level.INFO,
        "ISP rule: {0} {1} to call anybody in {2}{3}",
        effect,
        callers,
        isp.domain(),
        Permissions.until(ends));
  }

  /** Takes a rule back; without one nothing changes. */
  @Transactional
  public void remove(String domain, Callers callers) {
    find(domain, callers)
        .ifPresent(
            rule -> {
              entities.remove(rule);
              changes.fire(PermissionsChanged.ofMany());
              LOG.log(Level.INFO, "ISP rule removed: {0} in {1}", callers, rule.domain());
            });
  }

  /** An ISP's rules in the order of their callers' text, those included whose time is over. */
  public List<IspRule> list(String domain) {
    return entities
        .createQuery(
            "select r from IspRule r where r.domain = lower(:domain) order by r.callers",
            IspRule.class)
        .setParameter("domain", domain)
        .getResultList();
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
