package org.m2mx.registry.call;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
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
      select 0, (select status from subscriber where aor = ?), '', cast(null as bigint)
      union all
      select 1, (select status from isp where domain = ?), '', cast(null as bigint)
      union all
      select 2, (select status from subscriber where aor = ?), '', cast(null as bigint)
      union all
      select 3, (select status from isp where domain = ?), '', cast(null as bigint)
      union all
      select 4, r.effect, r.caller, cast(extract(epoch from r.ends) * 1000000 as bigint)
      from isp_rule r
      where r.domain = ? and r.caller in (%1$s) and (r.ends is null or r.ends > ?)
      union all
      select 4, r.effect, r.caller, cast(extract(epoch from r.ends) * 1000000 as bigint)
      from caller_group_member m join isp_rule r on r.group_id = m.group_id and r.domain = ?
      where m.member = ? and (r.ends is null or r.ends > ?)
      union all
      select 5, 'ALLOW', p.caller, cast(extract(epoch from p.ends) * 1000000 as bigint)
      from permission p
      where p.callee = ? and p.caller in (%1$s) and (p.ends is null or p.ends > ?)
      union all
      select 5, 'ALLOW', p.caller, cast(extract(epoch from p.ends) * 1000000 as bigint)
      from caller_group_member m join permission p on p.group_id = m.group_id and p.callee = ?
      where m.member = ? and (p.ends is null or p.ends > ?)
      """;

  // By JDBC: each call between two who have not called of late asks this, and the persistence
  // context takes as long over the columns of the answer as the database over the answer.
  private final DataSource database;
  private final Domains domains;

  /** The statement by how many words there are for the caller. */
  private final Map<Integer, String> statements = new ConcurrentHashMap<>();

  /** For the client proxy only. */
  protected CallPolicy() {
    this(null, null);
  }

  /**
   * @param database the registry's
   * @param domains whose domain is whose
   */
  @Inject
  public CallPolicy(DataSource database, Domains domains) {
    this.database = database;
    this.domains = domains;
  }

  /**
   * What the rules say now.
   *
   * @throws RulesUnavailableException when the database does not answer
   */
  Ruling rule(Aor caller, Aor callee, Instant now) {
    var words = wordsFor(caller);
    var callerIsp = domains.ispOf(caller.domain());
    var calleeIsp = domains.ispOf(callee.domain());
    var at = now.atOffset(ZoneOffset.UTC);
    var parameters = new ArrayList<Object>();
    Collections.addAll(parameters, caller.toString(), callerIsp, callee.toString(), calleeIsp);
    parameters.add(calleeIsp);
    parameters.addAll(words);
    Collections.addAll(parameters, at, calleeIsp, caller.toString(), at, callee.toString());
    parameters.addAll(words);
    Collections.addAll(parameters, at, callee.toString(), caller.toString(), at);
    var query = statements.computeIfAbsent(words.size(), CallPolicy::statement);
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, parameters.get(i));
      }
      try (var rows = statement.executeQuery()) {
        return Ruling.on(facts(rows));
      }
    } catch (SQLException e) {
      throw new RulesUnavailableException(e);
    }
  }

  private static String statement(int words) {
    return FACTS.formatted(String.join(", ", Collections.nCopies(words, "?")));
  }

  /** Whatever a line may say that means this caller, but for groups. */
  private List<String> wordsFor(Aor caller) {
    var words = new ArrayList<>(List.of(caller.toString(), new Callers.Anyone().toString()));
    domains.of(caller.domain()).forEach(one -> words.add(new Callers.Domain(one).toString()));
    return words;
  }

  private static Ruling.Facts facts(ResultSet rows) throws SQLException {
    var standing = new ArrayList<Optional<Status>>(List.of(none(), none(), none(), none()));
    var ispRules = new ArrayList<Ruling.Line>();
    var calleeList = new ArrayList<Ruling.Line>();
    while (rows.next()) {
      var part = rows.getInt(1);
      switch (part) {
        case ISP_RULE -> ispRules.add(line(rows));
        case CALLEE_LINE -> calleeList.add(line(rows));
        default -> standing.set(part, Optional.ofNullable(rows.getString(2)).map(Status::valueOf));
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

  private static Ruling.Line line(ResultSet row) throws SQLException {
    var micros = row.getLong(4);
    var ends = row.wasNull() ? Instant.MAX : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    return new Ruling.Line(Effect.valueOf(row.getString(2)), Callers.parse(row.getString(3)), ends);
  }
}
