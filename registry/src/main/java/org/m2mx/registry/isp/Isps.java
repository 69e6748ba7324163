package org.m2mx.registry.isp;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.m2mx.registry.DomainName;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.Uniqueness;

/** The ISPs of this service. */
@ApplicationScoped
public class Isps {
  /** The longest name of an ISP, in characters. */
  public static final int MAX_NAME_LENGTH = 100;

  private static final Logger LOG = System.getLogger(Isps.class.getName());

  private final EntityManager entities;
  private final Event<IspChanged> changes;
  private final Clock clock;

  /** For the client proxy only. */
  protected Isps() {
    this(null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param changes where the news goes
   * @param clock tells when an ISP was opened
   */
  @Inject
  public Isps(EntityManager entities, Event<IspChanged> changes, Clock clock) {
    this.entities = entities;
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
  public Isp open(String name, String domain) {
    var trimmed = name.strip();
    if (trimmed.isEmpty() || trimmed.length() > MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "The name of an ISP has 1 to "
              + MAX_NAME_LENGTH
              + " characters, not "
              + trimmed.length());
    }
    var normalised = DomainName.normalise(domain);
    var taken = "The domain " + normalised + " belongs to an ISP already";
    if (find(normalised).isPresent()) {
      throw new TakenException(taken);
    }
    var isp = new Isp(trimmed, normalised, clock.instant());
    Uniqueness.insert(entities, isp, taken);
    changes.fire(new IspChanged(normalised));
    LOG.log(Level.INFO, "ISP opened: {0}", normalised);
    return isp;
  }

  /** All ISPs in the order of their domains. */
  public List<Isp> list() {
    return entities.createQuery("select i from Isp i order by i.domain", Isp.class).getResultList();
  }

  /**
   * Looks an ISP up.
   *
   * @param domain its domain, upper or lower case
   * @return the ISP, or empty when the domain belongs to none
   */
  public Optional<Isp> find(String domain) {
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
  public void suspend(String domain) {
    var isp = require(domain);
    isp.suspend();
    changes.fire(new IspChanged(isp.domain()));
    LOG.log(Level.INFO, "ISP suspended: {0}", domain);
  }

  /**
   * Serves a suspended ISP again; its subscribers are as they were before.
   *
   * @throws NotFoundException when the domain belongs to none
   */
  @Transactional
  public void resume(String domain) {
    var isp = require(domain);
    isp.resume();
    changes.fire(new IspChanged(isp.domain()));
    LOG.log(Level.INFO, "ISP resumed: {0}", domain);
  }

  private Isp require(String domain) {
    return find(domain).orElseThrow(() -> new NotFoundException("No ISP has the domain " + domain));
  }
}
