package org.m2mx.registry.call;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.m2mx.registry.Aor;
import org.m2mx.registry.Status;
import org.m2mx.registry.isp.Domains;
import org.m2mx.registry.permission.Callers;
import org.m2mx.registry.permission.IspRule.Effect;

/**
 * Reads what the database says of a caller and a callee: in one statement, and the same one
 * whatever is known of either.
 */
@ApplicationScoped
public class CallPolicy {
  private static final int CALLER = 0;
  private static final int CALLER_ISP = 1;
  private static final int CALLEE = 2;
  private static final int CALLEE_ISP = 3;
  private static final int ISP_RULE = 4;
  private static final int CALLEE_LINE = 5;

  // Every part is an access by a key that the request gives, never by what another part has found:
  // neither an unknown callee nor one with a long list is told by the time it takes.
  private static final String FACTS =
      """
      select 0, (select status from subscriber where aor = ?1), '', cast(null as bigint)
      union all
      select 1, (select status from isp where domain = ?2), '', cast(null as bigint)
      union all
      select 2, (select status from subscriber where aor = ?3), '', cast(null as bigint)
      union all
      select 3, (select status from isp where domain = ?4), '', cast(null as bigint)
      union all
      select 4, r.effect, r.caller, cast(extract(epoch from r.ends) * 1000000 as bigint)
      from isp_rule r
      where r.domain = ?4 and r.caller in (?5) and (r.ends is null or r.ends > ?6)
      union all
      select 4, r.effect, r.caller, cast(extract(epoch from r.ends) * 1000000 as bigint)
      from caller_group_member m join isp_rule r on r.group_id = m.group_id and r.domain = ?4
      where m.member = ?1 and (r.ends is null or r.ends > ?6)
      union all
      select 5, 'ALLOW', p.caller, cast(extract(epoch from p.ends) * 1000000 as bigint)
      from permission p
      where p.callee = ?3 and p.caller in (?5) and (p.ends is null or p.ends > ?6)
      union all
      select 5, 'ALLOW', p.caller, cast(extract(epoch from p.ends) * 1000000 as bigint)
      from caller_group_member m join permission p on p.group_id = m.group_id and p.callee = ?3
      where m.member = ?1 and (p.ends is null or p.ends > ?6)
      """;

  private final EntityManager entities;
  private final Domains domains;

  /** For the client proxy only. */
  protected CallPolicy() {
    this(null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param domains whose domain is whose
   */
  @Inject
  public CallPolicy(EntityManager entities, Domains domains) {
    this.entities = entities;
    this.domains = domains;
  }

  /** What the rules say now. */
  Ruling rule(Aor caller, Aor callee, Instant now) {
    List<?> rows =
        entities
            .createNativeQuery(FACTS)
            .setParameter(1, caller.toString())
            .setParameter(2, domains.ispOf(caller.domain()))
            .setParameter(3, callee.toString())
            .setParameter(4, domains.ispOf(callee.domain()))
            .setParameter(5, wordsFor(caller))
            .setParameter(6, now)
            .getResultList();
    return Ruling.on(facts(rows));
  }

  /** Whatever a line may say that means this caller, but for groups. */
  private List<String> wordsFor(Aor caller) {
    var words = new ArrayList<>(List.of(caller.toString(), new Callers.Anyone().toString()));
    domains.of(caller.domain()).forEach(one -> words.add(new Callers.Domain(one).toString()));
    return words;
  }

  private static Ruling.Facts facts(List<?> rows) {
    var standing = new ArrayList<Optional<Status>>(List.of(none(), none(), none(), none()));
    var ispRules = new ArrayList<Ruling.Line>();
    var calleeList = new ArrayList<Ruling.Line>();
    for (var each : rows) {
      var row = (Object[]) each;
      var part = ((Number) row[0]).intValue();
      switch (part) {
        case ISP_RULE -> ispRules.add(line(row));
        case CALLEE_LINE -> calleeList.add(line(row));
        default -> standing.set(part, Optional.ofNullable((String) row[1]).map(Status::valueOf));
      }
    }
    return new Ruling.Facts(
        standing.get(CALLER),
        standing.get(CALLER_ISP),
        standing.get(CALLEE),
        standing.get(CALLEE_ISP),
        ispRules,
        calleeList);
  }

  private static Optional<Status> none() {
    return Optional.empty();
  }

  private static Ruling.Line line(Object[] row) {
    var ends =
        row[3] == null
            ? Instant.MAX
            : Instant.EPOCH.plus(((Number) row[3]).longValue(), ChronoUnit.MICROS);
    return new Ruling.Line(Effect.valueOf((String) row[1]), Callers.parse((String) row[2]), ends);
  }
}
