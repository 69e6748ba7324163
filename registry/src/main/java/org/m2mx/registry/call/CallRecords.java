package org.m2mx.registry.call;

import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.call.CallRecord.Ending;
import org.m2mx.registry.call.CallRecord.Party;
import org.m2mx.registry.call.CallRecord.Result;
import org.m2mx.registry.meter.ServiceMeters;
import org.m2mx.registry.meter.ServiceMeters.Work;

/** The calls there were, kept until they are purged. */
@ApplicationScoped
public class CallRecords {
  private static final String INSERT =
      """
      insert into call_record (id, node, call_id, method, caller, caller_domain, caller_address,
        callee, callee_domain, callee_address, begun, answered, ended, status, result, reason,
        ending, trace)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String UPDATE =
      "update call_record set ended = ?, ending = ?, trace = ? where id = ?";

  private static final String LOST =
      """
      update call_record set ending = ?
      where node = ? and answered is not null and ended is null and ending is null
      """;

  private static final String PURGE =
      """
      delete from call_record where id in
        (select id from call_record where begun < ? order by begun, id limit ?)
      """;

  private static final String SELECT =
      """
      select id, node, call_id, method, caller, caller_domain, caller_address, callee,
        callee_domain, callee_address, begun, answered, ended, status, result, reason, ending
      from call_record
      """;

  /**
   * Of an ISP, whose first domain is given three times. A name that was another ISP's before has
   * calls of theirs.
   */
  static final String OF_ISP =
      "(caller_domain = ? or callee_domain = ?)"
          + " and begun >= coalesce((select created from isp where domain = ?), begun)";

  private final DataSource database;
  private final Timer writing;

  /** For the client proxy only. */
  protected CallRecords() {
    database = null;
    writing = null;
  }

  /**
   * @param database the registry's database
   * @param meters tell what the database takes
   */
  @Inject
  public CallRecords(DataSource database, ServiceMeters meters) {
    this.database = database;
    this.writing = meters.database(Work.CALLS);
  }

  /**
   * A call to be written down.
   *
   * @param call the call as it stands
   * @param trace how it came to that
   * @param first whether it has not been written before; of a later one only how it ended counts,
   *     and the trace
   */
  public record Entry(CallRecord call, CallTrace trace, boolean first) {}

  /**
   * Writes calls down, all or none, in one go. To be called outside of any transaction.
   *
   * @throws RecordsUnavailableException when the database does not take them
   */
  public void write(List<Entry> entries) {
    var begun = System.nanoTime();
    try (var connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        var calls = latest(entries);
        insert(connection, calls.stream().filter(Entry::first).toList());
        update(connection, calls.stream().filter(entry -> !entry.first()).toList());
        connection.commit();
      } catch (SQLException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new RecordsUnavailableException("Calls cannot be recorded", e);
    } finally {
      writing.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
    }
  }

  /**
   * Marks the calls that a server carried when it stopped. To be called before it carries new ones.
   *
   * @param node the server
   * @return how many there were
   * @throws RecordsUnavailableException when the database cannot say
   */
  public int lost(String node) {
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement(LOST)) {
      statement.setString(1, Ending.SERVER_STOPPED.name());
      statement.setString(2, node);
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new RecordsUnavailableException("Calls of before cannot be marked", e);
    }
  }

  /**
   * Removes old calls.
   *
   * @param before those begun before then go
   * @param atMost how many at a time, so that nobody waits long
   * @return how many went
   * @throws RecordsUnavailableException when the database does not answer
   */
  public int purge(Instant before, int atMost) {
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement(PURGE)) {
      statement.setObject(1, utc(before));
      statement.setInt(2, atMost);
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new RecordsUnavailableException("Old calls cannot be removed", e);
    }
  }

  /**
   * Looks for calls, the latest first.
   *
   * @param search which
   * @param after where the page before ended; empty for the first page
   * @param size how many at most, 1 or more
   * @throws RecordsUnavailableException when the database does not answer
   */
  public CallSearch.Page search(CallSearch search, Optional<CallSearch.Position> after, int size) {
    var conditions = new Conditions();
    search.party().map(Aor::toString).ifPresent(aor -> conditions.either("caller", "callee", aor));
    search.domain().ifPresent(conditions::ofIsp);
    search.from().ifPresent(from -> conditions.add("begun >= ?", utc(from)));
    search.to().ifPresent(to -> conditions.add("begun < ?", utc(to)));
    search.result().ifPresent(result -> conditions.add("result = ?", result.name()));
    search.callId().ifPresent(callId -> conditions.add("call_id = ?", callId));
    after.ifPresent(
        position -> conditions.add("(begun, id) < (?, ?)", utc(position.begun()), position.id()));
    var found = find(conditions, size + 1);
    if (found.size() <= size) {
      return new CallSearch.Page(found, Optional.empty());
    }
    var calls = found.subList(0, size);
    var last = calls.get(size - 1);
    return new CallSearch.Page(
        calls, Optional.of(new CallSearch.Position(last.begun(), last.id())));
  }

  /**
   * A call by its key.
   *
   * @throws RecordsUnavailableException when the database does not answer
   */
  public Optional<CallRecord> find(UUID id) {
    return find(id, Optional.empty());
  }

  /**
   * A call by its key, if it concerns an ISP.
   *
   * @param isp the first domain of the ISP whose subscriber called or was called; empty for any
   * @throws RecordsUnavailableException when the database does not answer
   */
  public Optional<CallRecord> find(UUID id, Optional<String> isp) {
    var conditions = new Conditions();
    conditions.add("id = ?", id);
    isp.ifPresent(conditions::ofIsp);
    return find(conditions, 1).stream().findFirst();
  }

  /**
   * How a call came to its result; empty when there is no such call.
   *
   * @throws RecordsUnavailableException when the database does not answer
   */
  public Optional<CallTrace> trace(UUID id) {
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement("select trace from call_record where id = ?")) {
      statement.setObject(1, id);
      try (var rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(CallTrace.parse(rows.getString(1))) : Optional.empty();
      }
    } catch (SQLException e) {
      throw new RecordsUnavailableException("The call " + id + " cannot be read", e);
    }
  }

  private List<CallRecord> find(Conditions conditions, int limit) {
    var query = SELECT + conditions.where() + " order by begun desc, id desc limit ?";
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement(query)) {
      var position = 0;
      for (var parameter : conditions.parameters) {
        statement.setObject(++position, parameter);
      }
      statement.setInt(++position, limit);
      var calls = new ArrayList<CallRecord>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          calls.add(call(rows));
        }
      }
      return calls;
    } catch (SQLException e) {
      throw new RecordsUnavailableException("Calls cannot be read", e);
    }
  }

  /** What a search asks of each row. */
  private static final class Conditions {
    private final StringJoiner text = new StringJoiner(" and ", "where ", "").setEmptyValue("");
    private final List<Object> parameters = new ArrayList<>();

    void add(String condition, Object... values) {
      text.add(condition);
      parameters.addAll(List.of(values));
    }

    void either(String one, String other, String value) {
      add("(%s = ? or %s = ?)".formatted(one, other), value, value);
    }

    void ofIsp(String domain) {
      add(OF_ISP, domain, domain, domain);
    }

    String where() {
      return text.toString();
    }
  }

  /** A call that was over before it was written is written once, as it ended. */
  private static Collection<Entry> latest(List<Entry> entries) {
    var latest = new LinkedHashMap<UUID, Entry>();
    for (var entry : entries) {
      latest.merge(
          entry.call().id(),
          entry,
          (before, after) -> new Entry(after.call(), after.trace(), before.first()));
    }
    return latest.values();
  }

  private static void insert(Connection connection, List<Entry> entries) throws SQLException {
    if (entries.isEmpty()) {
      return;
    }
    try (var statement = connection.prepareStatement(INSERT)) {
      for (var entry : entries) {
        describe(statement, entry.call(), entry.trace());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void update(Connection connection, List<Entry> entries) throws SQLException {
    if (entries.isEmpty()) {
      return;
    }
    try (var statement = connection.prepareStatement(UPDATE)) {
      for (var entry : entries) {
        statement.setObject(1, utc(entry.call().ended()));
        statement.setString(2, entry.call().ending().map(Ending::name).orElse(null));
        statement.setString(3, entry.trace().text());
        statement.setObject(4, entry.call().id());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void describe(PreparedStatement statement, CallRecord call, CallTrace trace)
      throws SQLException {
    statement.setObject(1, call.id());
    statement.setString(2, call.node());
    statement.setString(3, call.callId());
    statement.setString(4, call.method());
    statement.setString(5, call.caller().aor().toString());
    statement.setString(6, call.caller().isp());
    statement.setString(7, call.caller().address().orElse(null));
    statement.setString(8, call.callee().aor().toString());
    statement.setString(9, call.callee().isp());
    statement.setString(10, call.callee().address().orElse(null));
    statement.setObject(11, utc(call.begun()));
    statement.setObject(12, utc(call.answered()));
    statement.setObject(13, utc(call.ended()));
    statement.setInt(14, call.status());
    statement.setString(15, call.result().name());
    statement.setString(16, call.reason().name());
    statement.setString(17, call.ending().map(Ending::name).orElse(null));
    statement.setString(18, trace.text());
  }

  private static CallRecord call(ResultSet row) throws SQLException {
    return new CallRecord(
        row.getObject("id", UUID.class),
        row.getString("node"),
        row.getString("call_id"),
        row.getString("method"),
        party(row, "caller"),
        party(row, "callee"),
        instant(row, "begun").orElseThrow(),
        instant(row, "answered"),
        instant(row, "ended"),
        row.getInt("status"),
        Result.valueOf(row.getString("result")),
        CallDecision.Reason.valueOf(row.getString("reason")),
        Optional.ofNullable(row.getString("ending")).map(Ending::valueOf));
  }

  private static Party party(ResultSet row, String who) throws SQLException {
    var address = Optional.ofNullable(row.getString(who + "_address"));
    return new Party(Aor.parse(row.getString(who)), row.getString(who + "_domain"), address);
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  private static OffsetDateTime utc(Optional<Instant> time) {
    return time.map(CallRecords::utc).orElse(null);
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
