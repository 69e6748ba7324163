package org.m2mx.registry.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Within;

/**
 * Every change, by whom, when, from where. A line is written in the transaction of the change
 * itself: neither is there without the other. The database refuses to change or remove a line,
 * whoever asks.
 */
@ApplicationScoped
public class AuditTrail {
  private static final Logger LOG = System.getLogger(AuditTrail.class.getName());

  private final EntityManager entities;
  private final Acting acting;
  private final Clock clock;

  /** For the client proxy only. */
  protected AuditTrail() {
    this(null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param acting knows who changes
   * @param clock tells when
   */
  @Inject
  public AuditTrail(EntityManager entities, Acting acting, Clock clock) {
    this.entities = entities;
    this.acting = acting;
    this.clock = clock;
  }

  /**
   * Writes a line, and one to the server's log.
   *
   * @throws org.m2mx.registry.access.AccessDeniedException when nobody acts
   */
  @Transactional(TxType.MANDATORY)
  public void add(Change change) {
    var actor = acting.required();
    entities.persist(new AuditEntry(clock.instant().truncatedTo(ChronoUnit.MICROS), actor, change));
    LOG.log(
        Level.INFO,
        "{0}: {1}, by {2} ({3}{4})",
        change.action(),
        change.subject(),
        actor.name(),
        actor.role(),
        actor.source() == null ? "" : ", from " + actor.source());
  }

  /**
   * Lines of the trail, the latest first.
   *
   * @param domain of the ISP whose lines they are; null for those of all ISPs and the platform's
   * @param filter which of them
   * @param before only those with a smaller number; {@link Long#MAX_VALUE} for the latest
   * @param size how many at most
   */
  @Requires(Access.READ)
  public List<AuditEntry> list(@Within String domain, AuditFilter filter, long before, int size) {
    var conditions = new LinkedHashMap<String, Map.Entry<String, Object>>();
    condition(conditions, "domain", "e.domain = :domain", domain);
    condition(conditions, "actor", "e.actor = :actor", filter.actor());
    condition(conditions, "action", "e.action = :action", filter.action());
    condition(
        conditions, "subject", "e.subject like :subject escape '!'", prefix(filter.subject()));
    condition(conditions, "start", "e.happened >= :start", filter.from());
    condition(conditions, "end", "e.happened < :end", filter.until());
    var query = new StringBuilder("select e from AuditEntry e where e.id < :before");
    conditions.values().forEach(condition -> query.append(" and ").append(condition.getKey()));
    var page =
        entities
            .createQuery(query.append(" order by e.id desc").toString(), AuditEntry.class)
            .setParameter("before", before);
    conditions.forEach((name, condition) -> page.setParameter(name, condition.getValue()));
    return page.setMaxResults(size).getResultList();
  }

  private static void condition(
      Map<String, Map.Entry<String, Object>> conditions, String name, String text, Object value) {
    if (value != null) {
      conditions.put(name, Map.entry(text, value));
    }
  }

  private static String prefix(String text) {
    return text == null ? null : text.replaceAll("[!%_]", "!$0") + '%';
  }
}
