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
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.Uniqueness;
import org.m2mx.registry.subscriber.Subscribers;

/** Whom subscribers let call them. */
@ApplicationScoped
public class Permissions {
  private static final Logger LOG = System.getLogger(Permissions.class.getName());

  private final EntityManager entities;
  private final Subscribers subscribers;
  private final CallerGroups groups;
  private final Event<PermissionsChanged> changes;
  private final Clock clock;

  /** For the client proxy only. */
  protected Permissions() {
    this(null, null, null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param subscribers who can be called at all
   * @param groups what a permission for a group means
   * @param changes where the news goes
   * @param clock tells since when
   */
  @Inject
  public Permissions(
      EntityManager entities,
      Subscribers subscribers,
      CallerGroups groups,
      Event<PermissionsChanged> changes,
      Clock clock) {
    this.entities = entities;
    this.subscribers = subscribers;
    this.groups = groups;
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * Lets a caller call a subscriber until it is revoked.
   *
   * @param caller who may call; need not be a subscriber of this service
   * @param callee a subscriber
   * @throws NotFoundException when there is no such callee
   */
  @Transactional
  public void permit(Aor caller, Aor callee) {
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
   */
  @Transactional
  public void permit(Callers callers, Aor callee, Optional<Instant> ends) {
    var now = clock.instant();
    requireFuture(ends, now);
    if (subscribers.find(callee).isEmpty()) {
      throw new NotFoundException("There is no subscriber " + callee);
    }
    find(callers, callee)
        .ifPresentOrElse(
            permission -> permission.endAt(ends.orElse(null)),
            () ->
                Uniqueness.insert(
                    entities,
                    new Permission(
                        callee,
                        callers,
                        groups.behind(callers, callee.domain()),
                        now,
                        ends.orElse(null)),
                    callers + " may call " + callee + " already"));
    changes.fire(PermissionsChanged.of(callee));
    LOG.log(Level.INFO, "Permitted: {0} may call {1}{2}", callers, callee, until(ends));
  }

  /** Takes a caller's permission back; without one nothing changes. */
  @Transactional
  public void revoke(Aor caller, Aor callee) {
    revoke(Callers.one(caller), callee);
  }

  /** Takes a permission back; without one nothing changes. */
  @Transactional
  public void revoke(Callers callers, Aor callee) {
    var revoked =
        entities
            .createQuery(
                "delete from Permission p where p.callee = :callee and p.callers = :callers")
            .setParameter("callee", callee)
            .setParameter("callers", callers)
            .executeUpdate();
    if (revoked > 0) {
      changes.fire(PermissionsChanged.of(callee));
      LOG.log(Level.INFO, "Revoked: {0} may no longer call {1}", callers, callee);
    }
  }

  /** A subscriber's list in the order of its lines' text, those included whose time is over. */
  public List<Permission> list(Aor callee) {
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

  static String until(Optional<Instant> ends) {
    return ends.map(end -> " until " + end).orElse("");
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
