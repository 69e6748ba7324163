package org.m2mx.registry.isp;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;

/**
 * Which domains belong together, in memory. To ask costs the same whether a domain is an ISP's
 * first, another of its domains, or nobody's; the domain of nobody stands for itself. A change by
 * this server is known at once, one by another server on the same database within {@link
 * #LIFETIME}.
 */
@ApplicationScoped
public class Domains {
  /**
   * For how long what was read is believed. Nobody tells of another server's change: until then a
   * domain that went to another ISP is within reach of the one that had it.
   */
  static final Duration LIFETIME = Duration.ofSeconds(5);

  private static final Logger LOG = System.getLogger(Domains.class.getName());

  private static final String ALL =
      """
      select i.domain, d.name from isp i join isp_domain d on d.isp_id = i.id
      order by i.id, case when d.name = i.domain then 0 else 1 end, d.name
      """;

  /** What the database said under a version, by domain, and until when it is believed. */
  private record Known(long version, Instant until, Map<String, List<String>> together) {}

  private final DataSource database;
  private final Clock clock;
  private final ReentrantLock renewing = new ReentrantLock();
  private final AtomicLong version = new AtomicLong();
  private volatile Known known = new Known(-1, Instant.MIN, Map.of());

  /** For the client proxy only. */
  protected Domains() {
    this(null, null);
  }

  /**
   * @param database the registry's database
   * @param clock tells when to look again
   */
  @Inject
  public Domains(DataSource database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** An ISP was changed, and its domains maybe. */
  public void isp(@Observes(during = TransactionPhase.AFTER_COMPLETION) IspChanged isp) {
    version.incrementAndGet();
  }

  /**
   * Grows with every change of an ISP, be it to its domains or to its standing, and when another
   * server's change of domains is seen.
   */
  public long version() {
    return version.get();
  }

  /**
   * The name of the ISP that a domain belongs to, which is its first domain.
   *
   * @param domain in lower case; null for the platform as a whole
   * @return the domain itself when no ISP has it; null for null
   * @throws DomainsUnavailableException when they have changed and the database does not say how
   */
  public String ispOf(String domain) {
    return domain == null ? null : of(domain).get(0);
  }

  /**
   * All domains of the ISP that a domain belongs to, the first of them first.
   *
   * @param domain in lower case
   * @return only the domain itself when no ISP has it
   * @throws DomainsUnavailableException when they have changed and the database does not say how
   */
  public List<String> of(String domain) {
    return present().together().getOrDefault(domain, List.of(domain));
  }

  private Known present() {
    var present = known;
    if (present.version() != version.get()) {
      known = read();
      return known;
    }
    // Nobody waits for who renews: it may itself wait for a connection that the waiting one holds.
    if (clock.instant().isBefore(present.until()) || !renewing.tryLock()) {
      return present;
    }
    try {
      var seen = read();
      var next = seen.version() + 1;
      // Another server's change: what was decided by the domains of before holds no more.
      if (!seen.together().equals(present.together())
          && version.compareAndSet(seen.version(), next)) {
        seen = new Known(next, seen.until(), seen.together());
      }
      known = seen;
    } catch (DomainsUnavailableException e) {
      // Calls are decided without the database; that it is away is no reason to end that.
      LOG.log(Level.WARNING, "What was known of domains stays, for they cannot be read", e);
      known = new Known(present.version(), later(), present.together());
    } finally {
      renewing.unlock();
    }
    return known;
  }

  private Instant later() {
    return clock.instant().plus(LIFETIME);
  }

  private Known read() {
    // Taken before the look: what changes meanwhile makes another version, and is looked up again.
    var current = version.get();
    var until = later();
    var byIsp = new HashMap<String, List<String>>();
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement(ALL);
        var rows = statement.executeQuery()) {
      while (rows.next()) {
        byIsp.computeIfAbsent(rows.getString(1), isp -> new ArrayList<>()).add(rows.getString(2));
      }
    } catch (SQLException e) {
      throw new DomainsUnavailableException("The domains of ISPs cannot be read", e);
    }
    var together = new HashMap<String, List<String>>();
    byIsp.values().forEach(all -> all.forEach(one -> together.put(one, List.copyOf(all))));
    return new Known(current, until, Map.copyOf(together));
  }
}
