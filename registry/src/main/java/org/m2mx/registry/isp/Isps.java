package org.m2mx.registry.isp;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.m2mx.registry.DomainName;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.StaleException;
import org.m2mx.registry.Status;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.Uniqueness;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Within;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.audit.Change;
import org.m2mx.registry.audit.Facts;

/** The ISPs of this service. */
@ApplicationScoped
public class Isps {
  /** The longest name of an ISP, in characters. */
  public static final int MAX_NAME_LENGTH = 100;

  /** Where others name an ISP's subscribers. */
  private static final List<String> NAMING =
      List.of(
          " from permission where caller like ?1",
          " from caller_group_member where member like ?1",
          " from isp_rule where caller like ?1");

  private final EntityManager entities;
  private final AuditTrail audit;
  private final Acting acting;
  private final Event<IspChanged> changes;
  private final Clock clock;

  /** For the client proxy only. */
  protected Isps() {
    this(null, null, null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param audit where changes are written down
   * @param acting knows whose ISPs to list
   * @param changes where the news goes
   * @param clock tells when an ISP was opened
   */
  @Inject
  public Isps(
      EntityManager entities,
      AuditTrail audit,
      Acting acting,
      Event<IspChanged> changes,
      Clock clock) {
    this.entities = entities;
    this.audit = audit;
    this.acting = acting;
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * Opens an ISP.
   *
   * @param name the name people know it by, 1 to {@value #MAX_NAME_LENGTH} characters after
   *     trimming
   * @param domain the domain of its subscribers
   * @return the ISP, active
   * @throws IllegalArgumentException when name or domain is not allowed
   * @throws TakenException when the domain belongs to an ISP already
   */
  @Transactional
  @Requires(Access.ADMINISTER)
  public Isp open(String name, String domain) {
    var trimmed = trimmed(name);
    var normalised = DomainName.normalise(domain);
    var taken = "The domain " + normalised + " belongs to an ISP already";
    if (find(normalised).isPresent()) {
      throw new TakenException(taken);
    }
    var isp = new Isp(trimmed, normalised, clock.instant().truncatedTo(ChronoUnit.MICROS));
    Uniqueness.insert(entities, isp, taken);
    changed(Action.ISP_OPENED, isp, Facts.NONE);
    return isp;
  }

  /**
   * Gives an ISP another name.
   *
   * @param name as {@link #open} takes it
   * @throws IllegalArgumentException when it is not allowed
   * @throws NotFoundException when the domain belongs to none
   */
  @Transactional
  @Requires(Access.ADMINISTER)
  public void rename(@Within String domain, String name) {
    var trimmed = trimmed(name);
    change(Action.ISP_RENAMED, domain, isp -> isp.rename(trimmed));
  }

  /**
   * Says how many subscribers an ISP may have. Those it has stay, even if they are more.
   *
   * @param limit 1 or more; empty for any number
   * @throws IllegalArgumentException when it is less
   * @throws NotFoundException when the domain belongs to none
   */
  @Transactional
  @Requires(Access.ADMINISTER)
  public void limit(@Within String domain, OptionalInt limit) {
    if (limit.isPresent() && limit.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "An ISP may have 1 subscriber or more, not " + limit.getAsInt());
    }
    change(Action.ISP_LIMITED, domain, isp -> isp.limit(limit));
  }

  private static String trimmed(String name) {
    var trimmed = name.strip();
    if (trimmed.isEmpty() || trimmed.length() > MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "The name of an ISP has 1 to "
              + MAX_NAME_LENGTH
              + " characters, not "
              + trimmed.length());
    }
    return trimmed;
  }

  /** The ISPs within the actor's reach, in the order of their domains. */
  @Requires(Access.OWN)
  public List<Isp> list() {
    var reach = acting.required().domain();
    var query =
        reach == null
            ? entities.createQuery("select i from Isp i order by i.domain", Isp.class)
            : entities
                .createQuery("select i from Isp i where i.domain = :domain", Isp.class)
                .setParameter("domain", reach);
    return query.getResultList();
  }

  /**
   * Looks an ISP up.
   *
   * @param domain its domain, upper or lower case
   * @return the ISP, or empty when the domain belongs to none
   */
  @Requires(Access.READ)
  public Optional<Isp> find(@Within String domain) {
    return entities
        .createQuery("select i from Isp i where i.domain = lower(:domain)", Isp.class)
        .setParameter("domain", domain)
        .getResultStream()
        .findFirst();
  }

  /**
   * Stops serving an ISP and with it all its subscribers.
   *
   * @throws NotFoundException when the domain belongs to none
   */
  @Transactional
  @Requires(Access.ADMINISTER)
  public void suspend(@Within String domain) {
    change(Action.ISP_SUSPENDED, domain, Isp::suspend);
  }

  /**
   * Serves a suspended ISP again; its subscribers are as they were before.
   *
   * @throws NotFoundException when the domain belongs to none
   */
  @Transactional
  @Requires(Access.ADMINISTER)
  public void resume(@Within String domain) {
    change(Action.ISP_RESUMED, domain, Isp::resume);
  }

  /**
   * How many subscribers would go with an ISP.
   *
   * @throws NotFoundException when the domain belongs to none
   */
  @Requires(Access.READ)
  public long subscribers(@Within String domain) {
    return entities
        .createQuery("select count(s) from Subscriber s where s.isp = :isp", Long.class)
        .setParameter("isp", require(domain))
        .getSingleResult();
  }

  /**
   * Deletes an ISP, its subscribers with all that is theirs, its groups, rules and operators. Only
   * one that is suspended can be: nobody is served while it goes.
   *
   * @throws NotFoundException when the domain belongs to none
   * @throws IllegalStateException when it is served
   */
  @Transactional
  @Requires(Access.ADMINISTER)
  public void delete(@Within String domain) {
    var isp = require(domain);
    if (isp.status() != Status.SUSPENDED) {
      throw new IllegalStateException(domain + " is served: suspend it before it is deleted");
    }
    var before = isp.facts().and("subscribers", subscribers(domain));
    entities
        .createQuery("delete from Subscriber s where s.isp = :isp")
        .setParameter("isp", isp)
        .executeUpdate();
    for (var naming : NAMING) {
      entities
          .createNativeQuery("delete" + naming)
          .setParameter(1, "sip:%@" + isp.domain())
          .executeUpdate();
    }
    entities.remove(isp);
    entities.flush();
    changes.fire(new IspChanged(isp.domain(), true));
    audit.add(new Change(Action.ISP_DELETED, isp.domain(), isp.domain(), before, Facts.NONE));
  }

  private void change(Action action, String domain, Consumer<Isp> change) {
    var isp = require(domain);
    var before = isp.facts();
    change.accept(isp);
    entities.flush();
    changed(action, isp, before);
  }

  private void changed(Action action, Isp isp, Facts before) {
    changes.fire(new IspChanged(isp.domain(), false));
    audit.add(new Change(action, isp.domain(), isp.domain(), before, isp.facts()));
  }

  /**
   * Makes sure that an ISP is as somebody saw it, and keeps others from changing it until this
   * transaction ends.
   *
   * @param marks what {@link Isp#mark} was then; any of several
   * @throws StaleException when it has been changed since
   * @throws NotFoundException when the domain belongs to none
   */
  @Transactional(Transactional.TxType.MANDATORY)
  @Requires(Access.CHANGE)
  public void expect(@Within String domain, Set<String> marks) {
    var isp = require(domain);
    entities.refresh(isp, LockModeType.PESSIMISTIC_WRITE);
    if (!marks.contains(isp.mark())) {
      throw new StaleException("The ISP " + isp.domain() + " has been changed meanwhile");
    }
  }

  /**
   * The ISP of a domain.
   *
   * @throws NotFoundException when the domain belongs to none
   */
  @Requires(Access.READ)
  public Isp require(@Within String domain) {
    return find(domain).orElseThrow(() -> new NotFoundException("No ISP has the domain " + domain));
  }
}
