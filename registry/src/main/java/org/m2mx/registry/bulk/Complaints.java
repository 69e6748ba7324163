package org.m2mx.registry.bulk;

import static org.m2mx.registry.bulk.ImportTables.first;
import static org.m2mx.registry.bulk.ImportTables.update;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.m2mx.registry.bulk.Problem.Kind;

/** What is wrong with a file: found out of all its lines at once, written down, and told. */
final class Complaints {
  private Complaints() {}

  static void complain(Connection connection, UUID id, List<Problem> problems) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "insert into subscriber_import_problem (import_id, line, place, kind, detail)"
                + " values (?, ?, ?, ?, ?)")) {
      for (var problem : problems) {
        statement.setObject(1, id);
        statement.setInt(2, problem.line());
        statement.setString(3, problem.place());
        statement.setString(4, problem.kind().name());
        statement.setString(5, problem.detail());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** Complains of each line whose name an earlier line has; says how many there are. */
  static int complainOfRepeated(Connection connection, UUID id) throws SQLException {
    return update(
        connection,
        """
        insert into subscriber_import_problem (import_id, line, place, kind, detail)
        select import_id, line, 'user', 'REPEATED', cast(earliest as varchar(16))
        from (select import_id, line, min(line) over (partition by aor) as earliest
              from subscriber_import_line where import_id = ?) as seen
        where line > earliest
        order by line
        """,
        id);
  }

  /** Complains of each line whose name a subscriber has; says how many there are. */
  static int complainOfTaken(Connection connection, UUID id) throws SQLException {
    return update(
        connection,
        """
        insert into subscriber_import_problem (import_id, line, place, kind, detail)
        select l.import_id, l.line, 'user', 'TAKEN', s.aor
        from subscriber_import_line l join subscriber s on s.aor = l.aor
        where l.import_id = ?
        order by l.line
        """,
        id);
  }

  /** Complains of each line whose domain is none of the ISP's; says how many there are. */
  static int complainOfDomains(Connection connection, String domain, UUID id) throws SQLException {
    return update(
        connection,
        """
        insert into subscriber_import_problem (import_id, line, place, kind, detail)
        select l.import_id, l.line, 'aor', 'OTHER_DOMAIN', l.aor
        from subscriber_import_line l
        where l.import_id = ? and l.domain not in
          (select d.name from isp_domain d join isp i on i.id = d.isp_id where i.domain = ?)
        order by l.line
        """,
        id,
        domain);
  }

  /** Complains when the ISP may not have so many subscribers, and says whether it did. */
  static int complainOfRoom(Connection connection, String domain, UUID id) throws SQLException {
    var limit = first(connection, "select subscriber_limit from isp where domain = ?", domain);
    if (limit == null) {
      return 0;
    }
    // Of two who open the last accounts at the same moment one waits here.
    limit =
        first(connection, "select subscriber_limit from isp where domain = ? for update", domain);
    var room =
        ((Number) limit).longValue()
            - count(
                connection,
                "select count(*) from subscriber s join isp i on i.id = s.isp_id where i.domain = ?",
                domain);
    var wanted =
        count(connection, "select count(*) from subscriber_import_line where import_id = ?", id);
    if (wanted <= room) {
      return 0;
    }
    var firstTooMany =
        (Integer)
            first(
                connection,
                """
                select line from subscriber_import_line where import_id = ?
                order by line limit 1 offset ?
                """,
                id,
                Math.max(0, room));
    complain(
        connection,
        id,
        List.of(new Problem(firstTooMany, "", Kind.NO_ROOM, Long.toString(Math.max(0, room)))));
    return 1;
  }

  private static long count(Connection connection, String query, Object parameter)
      throws SQLException {
    return ((Number) first(connection, query, parameter)).longValue();
  }

  static List<Problem> problems(Connection connection, UUID id, int first, int size)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
                select line, place, kind, detail from subscriber_import_problem
                where import_id = ? order by line, id limit ? offset ?
                """)) {
      statement.setObject(1, id);
      statement.setInt(2, size);
      statement.setInt(3, first);
      var found = new ArrayList<Problem>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(
              new Problem(
                  rows.getInt(1),
                  rows.getString(2),
                  Kind.valueOf(rows.getString(3)),
                  rows.getString(4)));
        }
      }
      return found;
    }
  }
}
