package org.m2mx.registry.isp;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
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
import org.m2mx.registry.permission.Callers;

/** The ISPs of this service. */
@ApplicationScoped
public class Isps {
  /** The longest name of an ISP, in characters. */
  public static final int MAX_NAME_LENGTH = 100;

  /** How many domains an ISP may have. */
  public static final int MOST_DOMAINS = 100;

  /** Where others name a domain, or those in it. */
  private static final List<String> NAMING =
      List.of(
          "delete from permission where caller = ?1 or caller like ?2",
          "delete from caller_group_member where member = ?1 or member like ?2",
          "delete from isp_rule where caller = ?1 or caller like ?2");

  private static final String WITH_DOMAINS = "select distinct i from Isp i join fetch i.domains ";

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
   * @param domain its first domain, which it is known by from now on
   * @param further its other domains
   * @return the ISP, active
   * @throws IllegalArgumentException when name or a domain is not allowed
   * @throws IllegalStateException when they are more than {@value #MOST_DOMAINS} domains
   * @throws TakenException when a domain belongs to an ISP already
   */
  @Transactional
  @Requires(Access.ADMINISTER)
  public Isp open(String name, String domain, String... further) {
    var trimmed = trimmed(name);
    var first = DomainName.normalise(domain);
    requireFree(first);
    var isp = new Isp(trimmed, first, clock.instant().truncatedTo(ChronoUnit.MICROS));
    Uniqueness.insert(entities, isp, taken(first));
    changed(Action.ISP_OPENED, isp, Facts.NONE);
    for (var one : further) {
      add(isp, one);
    }
    return isp;
  }

  /**
   * Gives an ISP another domain.
   *
   * @param added which no ISP has
   * @return the ISP
   * @throws IllegalArgumentException when it is no domain
   * @throws IllegalStateException when the ISP has {@value #MOST_DOMAINS} already
   * @throws StaleException when somebody else changes the ISP at the same moment
   * @throws TakenException when it belongs to an ISP already
   * @throws NotFoundException when there is no such ISP
   */
  @Transactional
  @Requires(Access.ADMINISTER)
  public Isp addDomain(@Within String domain, String added) {
    var isp = require(domain);
    add(isp, added);
    return isp;
  }

  private void add(Isp isp, String added) {
    var normalised = DomainName.normalise(added);
    requireFree(normalised);
    if (isp.domains().size() >= MOST_DOMAINS) {
      throw new IllegalStateException(isp.domain() + " has " + MOST_DOMAINS + " domains already");
    }
    isp.add(normalised);
    flush(isp, e -> new TakenException(taken(normalised), e));
    changes.fire(new IspChanged(Set.copyOf(isp.domains()), false));
    audit.add(
        new Change(
            Action.ISP_DOMAIN_ADDED,
            normalised,
            isp.domain(),
            Facts.NONE,
            Facts.of("isp", isp.domain())));
  }

  /**
   * Takes a domain away from an ISP. Whoever names it, or an address in it, names nobody any more,
   * and the line goes too: a later owner must not inherit it.
   *
   * @param removed one in which there is no subscriber, and not the first
   * @return the ISP
   * @throws NotFoundException when there is no such ISP, or the domain is none of its
   * @throws IllegalStateException when it is the first, or somebody is in it
   * @throws StaleException when somebody else changes the ISP at the same moment
   */
  @Transactional
  @Requires(Access.ADMINISTER)
  public Isp removeDomain(@Within String domain, String removed) {
    var isp = require(domain);
    var before = isp.domains();
    var name = removed.toLowerCase(Locale.ROOT);
    if (name.equals(isp.domain())) {
      throw new IllegalStateException(name + " is the domain that the ISP is known by");
    }
    if (!before.contains(name)) {
      throw new NotFoundException(isp.domain() + " has no domain " + name);
    }
    var inhabited = "Subscribers are in " + name;
    if (isInhabited(name)) {
      throw new IllegalStateException(inhabited);
    }
    isp.remove(name);
    flush(isp, e -> new IllegalStateException(inhabited, e));
    forget(name);
    changes.fire(new IspChanged(Set.copyOf(before), false));
    audit.add(
        new Change(
            Action.ISP_DOMAIN_REMOVED,
            name,
            isp.domain(),
            Facts.of("isp", isp.domain()),
            Facts.NONE));
    return isp;
  }

  private boolean isInhabited(String domain) {
    return !entities
        .createNativeQuery("select 1 from subscriber where domain = ?1")
        .setParameter(1, domain)
        .setMaxResults(1)
        .getResultList()
        .isEmpty();
  }

  private void requireFree(String domain) {
    var owners =
        entities
            .createQuery("select count(i) from Isp i join i.domains d where d = :d", Long.class)
            .setParameter("d", domain)
            .getSingleResult();
    if (owners > 0) {
      throw new TakenException(taken(domain));
    }
  }

  private static String taken(String domain) {
    return "The domain " + domain + " belongs to an ISP already";
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
            ? entities.createQuery(WITH_DOMAINS + "order by i.domain", Isp.class)
            : entities
                .createQuery(WITH_DOMAINS + "where i.domain = :domain", Isp.class)
                .setParameter("domain", reach);
    return query.getResultList();
  }

  /**
   * Looks an ISP up.
   *
   * @param domain its first domain, upper or lower case; at the door any of its domains becomes it
   * @return the ISP, or empty when the domain belongs to none
   */
  @Requires(Access.READ)
  public Optional<Isp> find(@Within String domain) {
    return entities
        .createQuery(WITH_DOMAINS + "where i.domain = lower(:domain)", Isp.class)
        .setParameter("domain", domain)
        .getResultList()
        .stream()
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
    var domains = isp.domains();
    domains.forEach(this::forget);
    entities.remove(isp);
    flush(isp, refused -> refused);
    changes.fire(new IspChanged(Set.copyOf(domains), true));
    audit.add(new Change(Action.ISP_DELETED, isp.domain(), isp.domain(), before, Facts.NONE));
  }

  /** Removes the lines that name a domain, or somebody in it. */
  private void forget(String domain) {
    for (var naming : NAMING) {
      entities
          .createNativeQuery(naming)
          .setParameter(1, new Callers.Domain(domain).toString())
          .setParameter(2, "sip:%@" + domain)
          .executeUpdate();
    }
  }

  private void change(Action action, String domain, Consumer<Isp> change) {
    var isp = require(domain);
    var before = isp.facts();
    change.accept(isp);
    flush(isp, refused -> refused);
    changed(action, isp, before);
  }

  /** Writes down what was changed, unless another has changed the ISP since it was read. */
  private void flush(Isp isp, Function<PersistenceException, RuntimeException> refusal) {
    try {
      Uniqueness.flush(entities, refusal);
    } catch (OptimisticLockException e) {
      throw stale(isp, e);
    }
  }

  private static StaleException stale(Isp isp, Throwable cause) {
    return new StaleException("The ISP " + isp.domain() + " has been changed meanwhile", cause);
  }

  private void changed(Action action, Isp isp, Facts before) {
    changes.fire(new IspChanged(Set.copyOf(isp.domains()), false));
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
      throw stale(isp, null);
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
