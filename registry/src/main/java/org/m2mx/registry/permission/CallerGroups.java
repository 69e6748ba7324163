package org.m2mx.registry.permission;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.Uniqueness;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Within;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.audit.Change;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.isp.Isps;

/** The groups of callers that ISPs keep. */
@ApplicationScoped
public class CallerGroups {
  private final EntityManager entities;
  private final Isps isps;
  private final AuditTrail audit;
  private final Event<PermissionsChanged> changes;
  private final Clock clock;

  /** For the client proxy only. */
  protected CallerGroups() {
    this(null, null, null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param isps who keeps groups
   * @param audit where changes are written down
   * @param changes where the news goes
   * @param clock tells since when
   */
  @Inject
  public CallerGroups(
      EntityManager entities,
      Isps isps,
      AuditTrail audit,
      Event<PermissionsChanged> changes,
      Clock clock) {
    this.entities = entities;
    this.isps = isps;
    this.audit = audit;
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * Makes a group without members.
   *
   * @param domain the ISP's
   * @param group its name
   * @throws NotFoundException when no ISP has the domain
   * @throws TakenException when the ISP has a group of that name already
   */
  @Transactional
  @Requires(Access.CHANGE)
  public CallerGroup create(@Within String domain, Callers.Group group) {
    var isp = isps.require(domain);
    var taken = isp.domain() + " has a group " + group.name() + " already";
    if (find(isp.domain(), group).isPresent()) {
      throw new TakenException(taken);
    }
    var created = new CallerGroup(isp.domain(), group, clock.instant());
    Uniqueness.insert(entities, created, taken);
    record(Action.GROUP_MADE, created, Facts.NONE, Facts.NONE);
    return created;
  }

  /**
   * Takes a group away, and with it every line that names it.
   *
   * @throws NotFoundException when there is none of that name
   */
  @Transactional
  @Requires(Access.CHANGE)
  public void remove(@Within String domain, Callers.Group group) {
    var removed = require(domain, group);
    entities.remove(removed);
    changed(Action.GROUP_REMOVED, removed, Facts.NONE, Facts.NONE);
  }

  /**
   * Adds a member; one that belongs to the group already stays.
   *
   * @param member need not be a subscriber of this service
   * @throws NotFoundException when there is no such group
   */
  @Transactional
  @Requires(Access.CHANGE)
  public void add(@Within String domain, Callers.Group group, Aor member) {
    var to = require(domain, group);
    if (members(to).stream().noneMatch(present -> present.member().equals(member))) {
      Uniqueness.insert(
          entities,
          new CallerGroupMember(to, member, clock.instant()),
          member + " belongs to " + group.name() + " already");
      changed(Action.GROUP_MEMBER_ADDED, to, Facts.NONE, Facts.of("member", member));
    }
  }

  /**
   * Takes a member out; without it nothing changes.
   *
   * @throws NotFoundException when there is no such group
   */
  @Transactional
  @Requires(Access.CHANGE)
  public void remove(@Within String domain, Callers.Group group, Aor member) {
    var from = require(domain, group);
    var removed =
        entities
            .createQuery(
                "delete from CallerGroupMember m where m.group = :group and m.member = :member")
            .setParameter("group", from)
            .setParameter("member", member)
            .executeUpdate();
    if (removed > 0) {
      changed(Action.GROUP_MEMBER_REMOVED, from, Facts.of("member", member), Facts.NONE);
    }
  }

  /** An ISP's groups in the order of their names. */
  @Requires(Access.READ)
  public List<CallerGroup> list(@Within String domain) {
    return entities
        .createQuery(
            "select g from CallerGroup g where g.domain = lower(:domain) order by g.name",
            CallerGroup.class)
        .setParameter("domain", domain)
        .getResultList();
  }

  /**
   * The members of a group in the order of their names.
   *
   * @throws NotFoundException when there is no such group
   */
  @Requires(Access.READ)
  public List<CallerGroupMember> members(@Within String domain, Callers.Group group) {
    return members(require(domain, group));
  }

  /** The group that callers stand for; null unless they are one. */
  CallerGroup behind(Callers callers, String domain) {
    return callers instanceof Callers.Group group ? require(domain, group) : null;
  }

  private List<CallerGroupMember> members(CallerGroup group) {
    return entities
        .createQuery(
            "select m from CallerGroupMember m where m.group = :group order by m.member",
            CallerGroupMember.class)
        .setParameter("group", group)
        .getResultList();
  }

  private void changed(Action action, CallerGroup group, Facts before, Facts after) {
    changes.fire(PermissionsChanged.ofMany());
    record(action, group, before, after);
  }

  private void record(Action action, CallerGroup group, Facts before, Facts after) {
    audit.add(new Change(action, group.name(), group.domain(), before, after));
  }

  private CallerGroup require(String domain, Callers.Group group) {
    return find(domain, group)
        .orElseThrow(() -> new NotFoundException(domain + " has no group " + group.name()));
  }

  private Optional<CallerGroup> find(String domain, Callers.Group group) {
    return entities
        .createQuery(
            "select g from CallerGroup g where g.domain = lower(:domain) and g.name = :name",
            CallerGroup.class)
        .setParameter("domain", domain)
        .setParameter("name", group.name())
        .getResultStream()
        .findFirst();
  }
}
