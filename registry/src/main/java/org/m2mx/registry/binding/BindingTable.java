package org.m2mx.registry.binding;

import io.micrometer.core.instrument.Timer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.m2mx.registry.Aor;

/** The table that outlives this server. Written in batches, read at the start. */
final class BindingTable {
  private static final String SELECT =
      """
      select aor, binding_key, contact, instance_id, reg_id, call_id, cseq, q, flow, user_agent,
        source, transport, path, created, refreshed, expires
      from binding
      """;

  private static final String INSERT =
      """
      insert into binding (contact, instance_id, reg_id, call_id, cseq, q, flow, user_agent,
        source, transport, path, created, refreshed, expires, aor, binding_key)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String UPDATE =
      """
      update binding set contact = ?, instance_id = ?, reg_id = ?, call_id = ?, cseq = ?, q = ?,
        flow = ?, user_agent = ?, source = ?, transport = ?, path = ?, created = ?,
        refreshed = ?, expires = ?
      where aor = ? and binding_key = ?
      """;

  private static final String DELETE = "delete from binding where aor = ? and binding_key = ?";

  /** What PostgreSQL calls it, and H2. */
  private static final Set<String> FOREIGN_KEY_VIOLATIONS = Set.of("23503", "23506");

  /** Rows are handed over in portions of this size, so that a large table needs no large memory. */
  private static final int FETCH_SIZE = 5000;

  private final DataSource database;
  private final Timer writing;

  /**
   * @param writing times what is written
   */
  BindingTable(DataSource database, Timer writing) {
    this.database = database;
    this.writing = writing;
  }

  /**
   * What is to be written: one entry at most for each binding.
   *
   * @param inserts bindings the table does not have
   * @param updates bindings it has, as they are now
   * @param deletes bindings it has and shall not have
   */
  record Changes(List<Binding> inserts, List<Binding> updates, List<Binding> deletes) {
    Changes() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    boolean isEmpty() {
      return inserts.isEmpty() && updates.isEmpty() && deletes.isEmpty();
    }
  }

  /**
   * A row that should be there is not, or one that should not is: somebody else wrote the table.
   */
  static final class OutOfStepException extends SQLException {
    private static final long serialVersionUID = 1L;

    OutOfStepException(Binding binding) {
      super("The table has no row of " + binding.aor() + " with key " + binding.key());
    }
  }

  /** Gives every row to {@code reader}. */
  void readAll(Consumer<Binding> reader) throws SQLException {
    try (var connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (var statement = connection.prepareStatement(SELECT)) {
        statement.setFetchSize(FETCH_SIZE);
        read(statement, reader);
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  /**
   * The rows of some addresses of record.
   *
   * @param aors not so many that a statement does not take them
   * @return of those that have any
   */
  Map<Aor, List<Binding>> read(Collection<Aor> aors) throws SQLException {
    var places = String.join(",", Collections.nCopies(aors.size(), "?"));
    var found = new HashMap<Aor, List<Binding>>();
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement(SELECT + "where aor in (" + places + ")")) {
      var position = 0;
      for (var aor : aors) {
        statement.setString(++position, aor.toString());
      }
      read(
          statement,
          binding -> found.computeIfAbsent(binding.aor(), none -> new ArrayList<>()).add(binding));
    }
    return found;
  }

  private static void read(PreparedStatement statement, Consumer<Binding> reader)
      throws SQLException {
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        reader.accept(binding(rows));
      }
    }
  }

  /**
   * Writes changes, all or none; when it returns they are on the disk.
   *
   * @throws OutOfStepException when a row to be changed is not there
   * @throws SQLException when the database does not take them; {@link #isOfARow} tells whether one
   *     row is at fault
   */
  void write(Changes changes) throws SQLException {
    var begun = System.nanoTime();
    try (var connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        batch(connection, DELETE, changes.deletes(), BindingTable::identify);
        batch(connection, UPDATE, changes.updates(), BindingTable::fill);
        batch(connection, INSERT, changes.inserts(), BindingTable::fill);
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    } finally {
      writing.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
    }
  }

  /** Whether a failure comes from the data (SQLSTATE classes 22 and 23), not from the database. */
  static boolean isOfARow(SQLException failure) {
    var state = failure.getSQLState();
    return failure instanceof OutOfStepException
        || state != null && (state.startsWith("22") || state.startsWith("23"));
  }

  /** Whether a failure comes from an address of record that is no subscriber. */
  static boolean isOfNobody(SQLException failure) {
    return FOREIGN_KEY_VIOLATIONS.contains(String.valueOf(failure.getSQLState()));
  }

  private interface Filling {
    void apply(PreparedStatement statement, Binding binding) throws SQLException;
  }

  private static void batch(
      Connection connection, String sql, List<Binding> bindings, Filling filling)
      throws SQLException {
    if (bindings.isEmpty()) {
      return;
    }
    try (var statement = connection.prepareStatement(sql)) {
      for (var binding : bindings) {
        filling.apply(statement, binding);
        statement.addBatch();
      }
      var counts = statement.executeBatch();
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] == 0) {
          throw new OutOfStepException(bindings.get(i));
        }
      }
    }
  }

  private static void identify(PreparedStatement statement, Binding binding) throws SQLException {
    statement.setString(1, binding.aor().toString());
    statement.setString(2, binding.key());
  }

  private static void fill(PreparedStatement statement, Binding binding) throws SQLException {
    statement.setString(1, binding.contact());
    statement.setString(2, binding.instanceId());
    statement.setObject(3, binding.regId(), Types.INTEGER);
    statement.setString(4, binding.callId());
    statement.setLong(5, binding.cseq());
    statement.setObject(6, binding.q(), Types.INTEGER);
    statement.setString(7, binding.flow());
    statement.setString(8, binding.userAgent());
    statement.setString(9, binding.source());
    statement.setString(10, binding.transport());
    statement.setString(11, binding.path().isEmpty() ? null : String.join("\n", binding.path()));
    statement.setObject(12, utc(binding.created()));
    statement.setObject(13, utc(binding.refreshed()));
    statement.setObject(14, utc(binding.expires()));
    statement.setString(15, binding.aor().toString());
    statement.setString(16, binding.key());
  }

  private static Binding binding(ResultSet row) throws SQLException {
    return new Binding(
        Aor.parse(row.getString(1)),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getObject(5, Integer.class),
        row.getString(6),
        row.getLong(7),
        row.getObject(8, Integer.class),
        row.getString(9),
        row.getString(10),
        row.getString(11),
        row.getString(12),
        path(row.getString(13)),
        instant(row, 14),
        instant(row, 15),
        instant(row, 16));
  }

  /** One URI on a line. */
  private static List<String> path(String lines) {
    return lines == null ? List.of() : List.of(lines.split("\n"));
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  /** What turns some bindings of an address of record into others. */
  static void difference(Collection<Binding> before, Collection<Binding> after, Changes changes) {
    for (var binding : after) {
      var earlier = find(before, binding.key());
      if (earlier == null) {
        changes.inserts().add(binding);
      } else if (earlier != binding) {
        changes.updates().add(binding);
      }
    }
    for (var binding : before) {
      if (find(after, binding.key()) == null) {
        changes.deletes().add(binding);
      }
    }
  }

  private static Binding find(Collection<Binding> bindings, String key) {
    for (var binding : bindings) {
      if (binding.key().equals(key)) {
        return binding;
      }
    }
    return null;
  }
}
