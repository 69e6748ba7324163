package org.m2mx.registry.subscriber;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.StaleException;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.Uniqueness;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Within;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.audit.Change;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.credential.Credentials;
import org.m2mx.registry.credential.DigestAlgorithm;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.isp.Domains;
import org.m2mx.registry.isp.Isp;
import org.m2mx.registry.isp.Isps;

/** The subscribers of all ISPs. */
@ApplicationScoped
public class Subscribers {
  /** Where others name a subscriber. */
  private static final List<String> NAMING =
      List.of(
          " from permission where caller = ?1",
          " from caller_group_member where member = ?1",
          " from isp_rule where caller = ?1");

  private static final String IN_ORDER = "order by s.userFolded, s.id";

  private final EntityManager entities;
  private final Isps isps;
  private final Domains domains;
  private final Credentials credentials;
  private final AuditTrail audit;
  private final Event<SubscriberChanged> changes;
  private final Clock clock;

  /** For the client proxy only. */
  protected Subscribers() {
    this(null, null, null, null, null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param isps whose subscribers they are
   * @param domains whose domain is whose
   * @param credentials where the passwords' hashes go
   * @param audit where changes are written down
   * @param changes where the news goes
   * @param clock tells when an account was opened
   */
  @Inject
  public Subscribers(
      EntityManager entities,
      Isps isps,
      Domains domains,
      Credentials credentials,
      AuditTrail audit,
      Event<SubscriberChanged> changes,
      Clock clock) {
    this.entities = entities;
    this.isps = isps;
    this.domains = domains;
    this.credentials = credentials;
    this.audit = audit;
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * Opens an account.
   *
   * @param aor the subscriber's name; its domain, any of an ISP's, says whose subscriber it is
   * @param password what it proves itself with
   * @param legacy whether it may use MD5, because its device knows nothing better
   * @return the subscriber, active
   * @throws NotFoundException when no ISP has the domain
   * @throws TakenException when there is such a subscriber already
   * @throws LimitReachedException when the ISP has as many as it may have
   */
  @Transactional
  @Requires(Access.CHANGE)
  public Subscriber open(@Within Aor aor, Password password, boolean legacy) {
    var isp = isps.require(domains.ispOf(aor.domain()));
    var taken = aor + " is a subscriber already";
    if (find(aor).isPresent()) {
      throw new TakenException(taken);
    }
    requireRoom(isp);
    var subscriber =
        new Subscriber(aor, isp, legacy, clock.instant().truncatedTo(ChronoUnit.MICROS));
    Uniqueness.insert(entities, subscriber, taken);
    credentials.replace(aor, password, legacy);
    changed(Action.SUBSCRIBER_OPENED, subscriber, Facts.NONE);
    return subscriber;
  }

  /** Looks a subscriber up; empty when there is none of that name. */
  @Requires(value = Access.READ, orItself = true)
  public Optional<Subscriber> find(@Within Aor aor) {
    return entities
        .createQuery(
            "select s from Subscriber s join fetch s.isp where s.aor = :aor", Subscriber.class)
        .setParameter("aor", aor)
        .getResultStream()
        .findFirst();
  }

  /**
   * A page of an ISP's subscribers, whichever of its domains they are in, in the order of their
   * user parts.
   *
   * @param domain the ISP's domain
   * @param prefix what the user part begins with, upper or lower case; empty for all
   * @param first how many to pass over, from 0
   * @param size how many at most
   */
  @Requires(Access.READ)
  public List<Subscriber> list(@Within String domain, String prefix, int first, int size) {
    return isps.find(domain)
        .map(
            isp ->
                // Passes over index entries, not over rows: an ISP may have a million.
                search("select s.id from Subscriber s", IN_ORDER, Long.class, isp, prefix)
                    .setFirstResult(first)
                    .setMaxResults(size)
                    .getResultList())
        .map(this::read)
        .orElse(List.of());
  }

  private List<Subscriber> read(List<Long> keys) {
    return entities
        .createQuery(
            "select s from Subscriber s join fetch s.isp where s.id in :keys " + IN_ORDER,
            Subscriber.class)
        .setParameter("keys", keys)
        .getResultList();
  }

  /**
   * Where a page ends. The next begins right behind it, whatever was opened or deleted in between.
   *
   * @param folded the last subscriber's user part in lower case
   * @param id the last subscriber's key
   */
  public record Position(String folded, long id) {
    /** The place of a subscriber. */
    public static Position of(Subscriber subscriber) {
      return new Position(Subscriber.fold(subscriber.aor().user()), subscriber.id());
    }
  }

  /**
   * A page of an ISP's subscribers in the order of their user parts, as quick far behind as at the
   * front.
   *
   * @param domain the ISP's domain
   * @param prefix what the user part begins with, upper or lower case; empty for all
   * @param after where the page before ended; empty for the first page
   * @param size how many at most
   */
  @Requires(Access.READ)
  public List<Subscriber> list(
      @Within String domain, String prefix, Optional<Position> after, int size) {
    var position = after.orElse(new Position("", 0));
    return isps.find(domain)
        .map(
            isp ->
                search(
                        "select s from Subscriber s join fetch s.isp",
                        "and s.userFolded >= :folded and (s.userFolded > :folded or s.id > :id) "
                            + IN_ORDER,
                        Subscriber.class,
                        isp,
                        prefix)
                    .setParameter("folded", position.folded())
                    .setParameter("id", position.id())
                    .setMaxResults(size)
                    .getResultList())
        .orElse(List.of());
  }

  /**
   * How many subscribers {@link #list} goes through in all.
   *
   * @param domain the ISP's domain
   * @param prefix what the user part begins with, upper or lower case; empty for all
   */
  @Requires(Access.READ)
  public long count(@Within String domain, String prefix) {
    return isps.find(domain)
        .map(isp -> search("select count(s) from Subscriber s", "", Long.class, isp, prefix))
        .map(TypedQuery::getSingleResult)
        .orElse(0L);
  }

  /**
   * Stops serving a subscriber.
   *
   * @throws NotFoundException when there is none of that name
   */
  @Transactional
  @Requires(Access.CHANGE)
  public void suspend(@Within Aor aor) {
    change(Action.SUBSCRIBER_SUSPENDED, aor, Subscriber::suspend);
  }

  /**
   * Serves a suspended subscriber again.
   *
   * @throws NotFoundException when there is none of that name
   */
  @Transactional
  @Requires(Access.CHANGE)
  public void resume(@Within Aor aor) {
    change(Action.SUBSCRIBER_RESUMED, aor, Subscriber::resume);
  }

  /**
   * Replaces what a subscriber proves itself with. Its bindings stay until they expire or are
   * refreshed.
   *
   * @throws NotFoundException when there is none of that name
   */
  @Transactional
  @Requires(Access.CHANGE)
  public void resetCredential(@Within Aor aor, Password password) {
    change(
        Action.CREDENTIAL_RESET,
        aor,
        subscriber -> credentials.replace(aor, password, subscriber.legacy()));
  }

  /**
   * Whether a subscriber proves itself with a password, and is served.
   *
   * @return false too when there is none of that name
   */
  @Requires(Access.CHANGE)
  public boolean accepts(@Within Aor aor, Password password) {
    var ha1 = credentials.ha1(aor, DigestAlgorithm.SHA_256);
    var claimed = DigestAlgorithm.SHA_256.ha1(aor.user(), aor.domain(), password);
    return ha1.genuine() && MessageDigest.isEqual(ha1.octets(), claimed);
  }

  /**
   * What would go with a subscriber.
   *
   * @throws NotFoundException when there is none of that name
   */
  @Requires(Access.READ)
  public Belongings belongings(@Within Aor aor) {
    require(aor);
    return new Belongings(
        count("select count(*) from binding where aor = ?1 and expires > ?2", aor, clock.instant()),
        count("select count(*) from permission where callee = ?1", aor),
        NAMING.stream().mapToLong(table -> count("select count(*)" + table, aor)).sum());
  }

  /**
   * Deletes a subscriber with all its {@link Belongings}.
   *
   * @throws NotFoundException when there is none of that name
   */
  @Transactional
  @Requires(Access.CHANGE)
  public void delete(@Within Aor aor) {
    var subscriber = require(aor);
    var before = subscriber.facts().and(belongings(aor).facts());
    NAMING.forEach(
        table ->
            entities
                .createNativeQuery("delete" + table)
                .setParameter(1, aor.toString())
                .executeUpdate());
    // The database takes along what is the subscriber's own.
    entities.remove(subscriber);
    entities.flush();
    changes.fire(new SubscriberChanged(aor));
    audit.add(Change.of(Action.SUBSCRIBER_DELETED, aor, before, Facts.NONE));
  }

  /**
   * Makes sure that a subscriber is as somebody saw it, and keeps others from changing it until
   * this transaction ends.
   *
   * @param marks what {@link Subscriber#mark} was then; any of several
   * @throws StaleException when it has been changed since
   * @throws NotFoundException when there is none of that name
   */
  @Transactional(Transactional.TxType.MANDATORY)
  @Requires(Access.CHANGE)
  public void expect(@Within Aor aor, Set<String> marks) {
    var subscriber = require(aor);
    entities.refresh(subscriber, LockModeType.PESSIMISTIC_WRITE);
    if (!marks.contains(subscriber.mark())) {
      throw new StaleException("The subscriber " + aor + " has been changed meanwhile");
    }
  }

  private void requireRoom(Isp isp) {
    if (isp.subscriberLimit().isPresent()) {
      // Of two who open the last account at the same moment one waits here.
      entities.refresh(isp, LockModeType.PESSIMISTIC_WRITE);
      var limit = isp.subscriberLimit();
      if (limit.isPresent() && count(isp.domain(), "") >= limit.getAsInt()) {
        throw new LimitReachedException(isp.domain(), limit.getAsInt());
      }
    }
  }

  private long count(String query, Aor aor, Object... more) {
    var count = entities.createNativeQuery(query).setParameter(1, aor.toString());
    for (int i = 0; i < more.length; i++) {
      count.setParameter(2 + i, more[i]);
    }
    return ((Number) count.getSingleResult()).longValue();
  }

  private void change(Action action, Aor aor, Consumer<Subscriber> change) {
    var subscriber = require(aor);
    var before = subscriber.facts();
    change.accept(subscriber);
    entities.flush();
    changed(action, subscriber, before);
  }

  private void changed(Action action, Subscriber subscriber, Facts before) {
    changes.fire(new SubscriberChanged(subscriber.aor()));
    audit.add(Change.of(action, subscriber.aor(), before, subscriber.facts()));
  }

  // By the ISP's key, not by its domain: the index then gives a page in order without a look at the
  // rest.
  private <T> TypedQuery<T> search(
      String selection, String order, Class<T> type, Isp isp, String prefix) {
    return entities
        .createQuery(
            selection + " where s.isp = :isp and s.userFolded like :pattern escape '!' " + order,
            type)
        .setParameter("isp", isp)
        .setParameter("pattern", Subscriber.fold(prefix).replaceAll("[!%_]", "!$0") + '%');
  }

  /**
   * The subscriber of a name.
   *
   * @throws NotFoundException when there is none
   */
  @Requires(Access.READ)
  public Subscriber require(@Within Aor aor) {
    return find(aor).orElseThrow(() -> new NotFoundException("There is no subscriber " + aor));
  }
}
