package org.m2mx.registry.bulk;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.bulk.BulkImport.State;
import org.m2mx.registry.credential.DigestAlgorithm;
import org.m2mx.registry.subscriber.Subscriber;

/**
 * The tables of imports. Rows by the hundred thousand are no entities: they go in batches, and what
 * can be said of all of them at once is one statement.
 */
final class ImportTables {
  private static final String IMPORT =
      """
      select id, domain, file_name, actor, begun, finished, state, line_count, problem_count,
        case when seed is null then null else links_expire end
      from subscriber_import
      """;

  private final DataSource database;

  ImportTables(DataSource database) {
    this.database = database;
  }

  /** What is done with a connection. */
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /** Does it in a transaction of its own; must be called outside of any. */
  <T> T transaction(Work<T> work) throws SQLException {
    try (var connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        var result = work.on(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException | Error e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  static int update(Connection connection, String sql, Object... parameters) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      set(statement, parameters);
      return statement.executeUpdate();
    }
  }

  /** The first column of the first row; null when there is none. */
  static Object first(Connection connection, String sql, Object... parameters) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      set(statement, parameters);
      try (var rows = statement.executeQuery()) {
        return rows.next() ? rows.getObject(1) : null;
      }
    }
  }

  static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  private static void set(PreparedStatement statement, Object... parameters) throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
  }

  static void stage(Connection connection, UUID id, List<Staged> accounts) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            insert into subscriber_import_line
              (import_id, line, aor, domain, user_folded, legacy, token_hash, sha_512_256, sha_256,
                md5)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)) {
      for (var account : accounts) {
        statement.setObject(1, id);
        statement.setInt(2, account.line());
        statement.setString(3, account.aor().toString());
        statement.setString(4, account.aor().domain());
        statement.setString(5, Subscriber.fold(account.aor().user()));
        statement.setBoolean(6, account.legacy());
        statement.setString(7, account.tokenHash());
        statement.setBytes(8, account.sealed().get(DigestAlgorithm.SHA_512_256));
        statement.setBytes(9, account.sealed().get(DigestAlgorithm.SHA_256));
        statement.setBytes(10, account.sealed().get(DigestAlgorithm.MD5));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** Ends the check of a file; what is refused is not kept. */
  static void conclude(Connection connection, UUID id, State state, int problems, Instant now)
      throws SQLException {
    update(
        connection,
        "update subscriber_import set state = ?, problem_count = ?, finished = ? where id = ?",
        state.name(),
        problems,
        utc(now),
        id);
    if (state == State.REFUSED) {
      update(connection, "delete from subscriber_import_line where import_id = ?", id);
    }
  }

  static Optional<BulkImport> find(Connection connection, String domain, UUID id)
      throws SQLException {
    return imports(connection, IMPORT + "where domain = ? and id = ?", domain, id).stream()
        .findFirst();
  }

  static List<BulkImport> list(Connection connection, String domain, int size) throws SQLException {
    return imports(
        connection, IMPORT + "where domain = ? order by begun desc limit ?", domain, size);
  }

  private static List<BulkImport> imports(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      set(statement, parameters);
      var found = new ArrayList<BulkImport>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(
              new BulkImport(
                  rows.getObject(1, UUID.class),
                  rows.getString(2),
                  rows.getString(3),
                  rows.getString(4),
                  instant(rows, 5).orElseThrow(),
                  instant(rows, 6),
                  State.valueOf(rows.getString(7)),
                  rows.getInt(8),
                  rows.getInt(9),
                  instant(rows, 10)));
        }
      }
      return found;
    }
  }

  static List<Aor> aors(Connection connection, UUID id) throws SQLException {
    try (var statement =
        connection.prepareStatement("select aor from subscriber_import_line where import_id = ?")) {
      statement.setObject(1, id);
      var aors = new ArrayList<Aor>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          aors.add(Aor.parse(rows.getString(1)));
        }
      }
      return aors;
    }
  }

  /**
   * Some of those whose link works still, in the order of the file.
   *
   * @param after the line behind which to begin
   */
  static List<Linked> linked(Connection connection, UUID id, int after, int size, Instant now)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
                select l.line, l.aor
                from subscriber_import_line l join account_link a on a.token_hash = l.token_hash
                where l.import_id = ? and l.line > ? and a.expires > ?
                order by l.line limit ?
                """)) {
      set(statement, id, after, utc(now), size);
      var found = new ArrayList<Linked>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(new Linked(rows.getInt(1), Aor.parse(rows.getString(2))));
        }
      }
      return found;
    }
  }

  record Linked(int line, Aor aor) {}

  private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
