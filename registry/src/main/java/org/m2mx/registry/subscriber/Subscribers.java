package org.m2mx.registry.subscriber;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.Uniqueness;
import org.m2mx.registry.credential.Credentials;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.isp.Isp;
import org.m2mx.registry.isp.Isps;

/** The subscribers of all ISPs. */
@ApplicationScoped
public class Subscribers {
  private static final Logger LOG = System.getLogger(Subscribers.class.getName());

  private final EntityManager entities;
  private final Isps isps;
  private final Credentials credentials;
  private final Event<SubscriberChanged> changes;
  private final Clock clock;

  /** For the client proxy only. */
  protected Subscribers() {
    this(null, null, null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param isps who owns which domain
   * @param credentials where the passwords' hashes go
   * @param changes where the news goes
   * @param clock tells when an account was opened
   */
  @Inject
  public Subscribers(
      EntityManager entities,
      Isps isps,
      Credentials credentials,
      Event<SubscriberChanged> changes,
      Clock clock) {
    this.entities = entities;
    this.isps = isps;
    this.credentials = credentials;
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * Opens an account.
   *
   * @param aor the subscriber's name; its domain says which ISP's subscriber it is
   * @param password what it proves itself with
   * @param legacy whether it may use MD5, because its device knows nothing better
   * @return the subscriber, active
   * @throws NotFoundException when no ISP has the domain
   * @throws TakenException when there is such a subscriber already
   */
  @Transactional
  public Subscriber open(Aor aor, Password password, boolean legacy) {
    var isp =
        isps.find(aor.domain())
            .orElseThrow(() -> new NotFoundException("No ISP has the domain " + aor.domain()));
    var taken = aor + " is a subscriber already";
    if (find(aor).isPresent()) {
      throw new TakenException(taken);
    }
    var subscriber = new Subscriber(aor, isp, legacy, clock.instant());
    Uniqueness.insert(entities, subscriber, taken);
    credentials.replace(aor, password, legacy);
    changes.fire(new SubscriberChanged(aor));
    LOG.log(Level.INFO, "Subscriber opened: {0}", aor);
    return subscriber;
  }

  /** Looks a subscriber up; empty when there is none of that name. */
  public Optional<Subscriber> find(Aor aor) {
    return entities
        .createQuery(
            "select s from Subscriber s join fetch s.isp where s.aor = :aor", Subscriber.class)
        .setParameter("aor", aor)
        .getResultStream()
        .findFirst();
  }

  /**
   * A page of an ISP's subscribers in the order of their user parts.
   *
   * @param domain the ISP's domain
   * @param prefix what the user part begins with, upper or lower case; empty for all
   * @param first how many to pass over, from 0
   * @param size how many at most
   */
  public List<Subscriber> list(String domain, String prefix, int first, int size) {
    return isps.find(domain)
        .map(
            isp ->
                search(
                        "select s from Subscriber s join fetch s.isp",
                        "order by s.userFolded, s.id",
                        Subscriber.class,
                        isp,
                        prefix)
                    .setFirstResult(first)
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
  public long count(String domain, String prefix) {
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
  public void suspend(Aor aor) {
    require(aor).suspend();
    changes.fire(new SubscriberChanged(aor));
    LOG.log(Level.INFO, "Subscriber suspended: {0}", aor);
  }

  /**
   * Serves a suspended subscriber again.
   *
   * @throws NotFoundException when there is none of that name
   */
  @Transactional
  public void resume(Aor aor) {
    require(aor).resume();
    changes.fire(new SubscriberChanged(aor));
    LOG.log(Level.INFO, "Subscriber resumed: {0}", aor);
  }

  /**
   * Replaces what a subscriber proves itself with. Its bindings stay until they expire or are
   * refreshed.
   *
   * @throws NotFoundException when there is none of that name
   */
  @Transactional
  public void resetCredential(Aor aor, Password password) {
    credentials.replace(aor, password, require(aor).legacy());
    changes.fire(new SubscriberChanged(aor));
    LOG.log(Level.INFO, "Credential reset: {0}", aor);
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

  private Subscriber require(Aor aor) {
    return find(aor).orElseThrow(() -> new NotFoundException("There is no subscriber " + aor));
  }
}
