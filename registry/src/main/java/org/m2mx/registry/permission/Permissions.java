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
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.Uniqueness;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Within;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.audit.Change;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.isp.Domains;
import org.m2mx.registry.subscriber.Subscribers;

/** Whom subscribers let call them. */
@ApplicationScoped
public class Permissions {
  private final EntityManager entities;
  private final Subscribers subscribers;
  private final CallerGroups groups;
  private final Domains domains;
  private final AuditTrail audit;
  private final Event<PermissionsChanged> changes;
  private final Clock clock;
  private final int longestList;

  /** For the client proxy only. */
  protected Permissions() {
    this(null, null, null, null, null, null, null, 1);
  }

  /**
   * @param entities the registry's persistence context
   * @param subscribers who can be called at all
   * @param groups what a permission for a group means
   * @param domains whose domain is whose
   * @param audit where changes are written down
   * @param changes where the news goes
   * @param clock tells since when
   * @param longestList {@code m2mx.permission.max-callers}: how many lines a subscriber's list may
   *     have, default 1000
   * @throws IllegalArgumentException if that is below 1
   */
  @Inject
  public Permissions(
      EntityManager entities,
      Subscribers subscribers,
      CallerGroups groups,
      Domains domains,
      AuditTrail audit,
      Event<PermissionsChanged> changes,
      Clock clock,
      @ConfigProperty(name = "m2mx.permission.max-callers", defaultValue = "1000")
          int longestList) {
    if (longestList < 1) {
      throw new IllegalArgumentException(
          "m2mx.permission.max-callers=" + longestList + ": give 1 or more");
    }
    this.entities = entities;
    this.subscribers = subscribers;
    this.groups = groups;
    this.domains = domains;
    this.audit = audit;
    this.changes = changes;
    this.clock = clock;
    this.longestList = longestList;
  }

  /**
   * Lets a caller call a subscriber until it is revoked.
   *
   * @param caller who may call; need not be a subscriber of this service
   * @param callee a subscriber
   * @throws NotFoundException when there is no such callee
   */
  @Transactional
  @Requires(Access.CHANGE)
  public void permit(Aor caller, @Within Aor callee) {
    permit(Callers.one(caller), callee, Optional.empty());
  }

  /**
   * Lets some call a subscriber; for those permitted already only the end changes.
   *
   * @param callers who may call; a group is one of the callee's ISP
   * @param callee a subscriber
   * @param ends when the permission ends by itself; empty for never
   * @throws NotFoundException when there is no such callee or group
   * @throws IllegalArgumentException when the end has passed
   * @throws ListFullException when the callee's list has as many lines as it may have
   */
  @Transactional
  @Requires(value = Access.CHANGE, orItself = true)
  public void permit(Callers callers, @Within Aor callee, Optional<Instant> ends) {
    var now = clock.instant();
    requireFuture(ends, now);
    if (subscribers.find(callee).isEmpty()) {
      throw new NotFoundException("There is no subscriber " + callee);
    }
    var present = find(callers, callee);
    var before = present.map(Permission::facts).orElse(Facts.NONE);
    var permission =
        present.orElseGet(
            () ->
                new Permission(
                    callee,
                    callers,
                    groups.behind(callers, domains.ispOf(callee.domain())),
                    now,
                    null));
    permission.endAt(ends.orElse(null));
    if (present.isPresent() && permission.facts().equals(before)) {
      return;
    }
    if (present.isEmpty()) {
      requireRoom(callee);
      Uniqueness.insert(entities, permission, callers + " may call " + callee + " already");
    }
    changes.fire(PermissionsChanged.of(callee));
    audit.add(Change.of(Action.CALLER_PERMITTED, callee, before, permission.facts()));
  }

  /** Takes a caller's permission back; without one nothing changes. */
  @Transactional
  @Requires(Access.CHANGE)
  public void revoke(Aor caller, @Within Aor callee) {
    revoke(Callers.one(caller), callee);
  }

  /** Takes a permission back; without one nothing changes. */
  @Transactional
  @Requires(value = Access.CHANGE, orItself = true)
  public void revoke(Callers callers, @Within Aor callee) {
    find(callers, callee)
        .ifPresent(
            permission -> {
              entities.remove(permission);
              changes.fire(PermissionsChanged.of(callee));
              audit.add(Change.of(Action.CALLER_REVOKED, callee, permission.facts(), Facts.NONE));
            });
  }

  /** A subscriber's list in the order of its lines' text, those included whose time is over. */
  @Requires(value = Access.READ, orItself = true)
  public List<Permission> list(@Within Aor callee) {
    return entities
        .createQuery(
            "select p from Permission p where p.callee = :callee order by p.callers",
            Permission.class)
        .setParameter("callee", callee)
        .getResultList();
  }

  static void requireFuture(Optional<Instant> ends, Instant now) {
    if (ends.isPresent() && !ends.get().isAfter(now)) {
      throw new IllegalArgumentException(
          "The end " + ends.get() + " has passed: give a later one, or none");
    }
  }

  private void requireRoom(Aor callee) {
    var lines =
        entities
            .createQuery("select count(p) from Permission p where p.callee = :callee", Long.class)
            .setParameter("callee", callee)
            .getSingleResult();
    if (lines >= longestList) {
      throw new ListFullException(callee, longestList);
    }
  }

  private Optional<Permission> find(Callers callers, Aor callee) {
    return entities
        .createQuery(
            "select p from Permission p where p.callee = :callee and p.callers = :callers",
            Permission.class)
        .setParameter("callee", callee)
        .setParameter("callers", callers)
        .getResultStream()
        .findFirst();
  }
}
