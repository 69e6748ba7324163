package org.m2mx.registry.permission;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.Uniqueness;
import org.m2mx.registry.subscriber.Subscribers;

/** Who may call whom. */
@ApplicationScoped
public class Permissions {
  private static final Logger LOG = System.getLogger(Permissions.class.getName());

  private final EntityManager entities;
  private final Subscribers subscribers;
  private final Clock clock;

  /** For the client proxy only. */
  protected Permissions() {
    this(null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param subscribers who can be called at all
   * @param clock tells since when
   */
  @Inject
  public Permissions(EntityManager entities, Subscribers subscribers, Clock clock) {
    this.entities = entities;
    this.subscribers = subscribers;
    this.clock = clock;
  }

  /**
   * Lets a caller call a subscriber; to permit it twice changes nothing.
   *
   * @param caller who may call; need not be a subscriber of this service
   * @param callee a subscriber
   * @throws NotFoundException when there is no such callee
   */
  @Transactional
  public void permit(Aor caller, Aor callee) {
    if (subscribers.find(callee).isEmpty()) {
      throw new NotFoundException("There is no subscriber " + callee);
    }
    if (!mayCall(caller, callee)) {
      Uniqueness.insert(
          entities,
          new Permission(callee, caller, clock.instant()),
          caller + " may call " + callee + " already");
      LOG.log(Level.INFO, "Permitted: {0} may call {1}", caller, callee);
    }
  }

  /** Takes a permission back; without one nothing changes. */
  @Transactional
  public void revoke(Aor caller, Aor callee) {
    var revoked =
        entities
            .createQuery("delete from Permission p where p.callee = :callee and p.caller = :caller")
            .setParameter("callee", callee)
            .setParameter("caller", caller)
            .executeUpdate();
    if (revoked > 0) {
      LOG.log(Level.INFO, "Revoked: {0} may no longer call {1}", caller, callee);
    }
  }

  /** Who may call a subscriber, in the order of the callers' names. */
  public List<Permission> list(Aor callee) {
    return entities
        .createQuery(
            "select p from Permission p where p.callee = :callee order by p.caller",
            Permission.class)
        .setParameter("callee", callee)
        .getResultList();
  }

  /** Whether the callee permits the caller, whatever the standing of either. */
  public boolean mayCall(Aor caller, Aor callee) {
    return entities
            .createQuery(
                "select count(p) from Permission p where p.callee = :callee and p.caller = :caller",
                Long.class)
            .setParameter("callee", callee)
            .setParameter("caller", caller)
            .getSingleResult()
        > 0;
  }
}
