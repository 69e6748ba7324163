package org.m2mx.registry.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Within;
import org.m2mx.registry.isp.Domains;

/**
 * Every change, by whom, when, from where. A line is written in the transaction of the change
 * itself: neither is there without the other. The database refuses to change or remove a line,
 * whoever asks.
 */
@ApplicationScoped
public class AuditTrail {
  private static final String EACH =
      """
      insert into audit
        (happened, actor, role, source, action, subject, domain, state_before, state_after)
      select cast(? as timestamp with time zone), cast(? as varchar(128)), cast(? as varchar(32)),
        cast(? as varchar(64)), cast(? as varchar(32)), of_each.subject, cast(? as varchar(253)),
        cast(? as varchar(4000)), cast(? as varchar(4000))
      from (%s) as of_each (subject)
      """;

  private static final int FIRST_OF_SUBJECTS = 9;
  private static final FactsConverter FACTS = new FactsConverter();
  private static final Logger LOG = System.getLogger(AuditTrail.class.getName());

  private final EntityManager entities;
  private final Acting acting;
  private final Domains domains;
  private final Clock clock;

  /** For the client proxy only. */
  protected AuditTrail() {
    this(null, null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param acting knows who changes
   * @param domains whose domain is whose
   * @param clock tells when
   */
  @Inject
  public AuditTrail(EntityManager entities, Acting acting, Domains domains, Clock clock) {
    this.entities = entities;
    this.acting = acting;
    this.domains = domains;
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
    entities.persist(new AuditEntry(now(), actor, domains.ispOf(change.domain()), change));
    log(change, actor);
  }

  /**
   * Writes a line in a transaction that somebody has on a connection, and one to the server's log.
   *
   * @throws org.m2mx.registry.access.AccessDeniedException when nobody acts
   * @throws SQLException when the database does not take it
   */
  public void add(Connection connection, Change change) throws SQLException {
    addEach(connection, change, "values (cast(? as varchar(450)))", change.subject());
    log(change, acting.required());
  }

  /**
   * Writes the same line for each of many subjects, in a transaction that somebody has on a
   * connection.
   *
   * @param change what was done to each; its own subject is not looked at
   * @param subjects a query that gives them in one column
   * @param parameters the query's
   * @return how many there were
   * @throws org.m2mx.registry.access.AccessDeniedException when nobody acts
   * @throws SQLException when the database does not take them
   */
  public int addEach(Connection connection, Change change, String subjects, Object... parameters)
      throws SQLException {
    var actor = acting.required();
    try (var statement = connection.prepareStatement(EACH.formatted(subjects))) {
      statement.setObject(1, now().atOffset(ZoneOffset.UTC));
      statement.setString(2, actor.name());
      statement.setString(3, actor.role().name());
      statement.setString(4, actor.source());
      statement.setString(5, change.action().name());
      statement.setString(6, domains.ispOf(change.domain()));
      statement.setString(7, FACTS.convertToDatabaseColumn(change.before()));
      statement.setString(8, FACTS.convertToDatabaseColumn(change.after()));
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(FIRST_OF_SUBJECTS + i, parameters[i]);
      }
      return statement.executeUpdate();
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static void log(Change change, Actor actor) {
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
    // A name that was another ISP's before has lines of theirs.
    condition(
        conditions,
        "domain",
        "e.domain = :domain and e.happened >="
            + " coalesce((select i.created from Isp i where i.domain = :domain), e.happened)",
        domain);
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
