package org.m2mx.bench.console;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** The subscribers of one large ISP, put into the registry past the services that open accounts. */
final class Crowd {
  private static final String SUBSCRIBERS =
      """
      insert into subscriber (aor, domain, user_folded, isp_id, status, legacy, created)
      select 'sip:' || one.account || '@' || isp.domain, isp.domain, one.account, isp.id, 'ACTIVE', false,
        current_timestamp - number * interval '1 second'
      from isp, (
        select number, (array['alarm', 'camera', 'car', 'door', 'heating', 'lamp', 'meter', 'video'])
          [1 + number %% 8] || '-' || substr(md5(number::text), 1, 8) || '-' || number as account
        from generate_series(1, %d) as number) as one
      """;

  /** Most callers were let through, as most are; the trace is one of two lines. */
  private static final String CALLS =
      """
      insert into call_record (id, node, call_id, method, caller, caller_domain, callee, callee_domain,
        begun, ended, status, result, reason, trace)
      select gen_random_uuid(), 'bench', 'bench-' || number, 'INVITE',
        'sip:caller@' || isp.domain, isp.domain, 'sip:callee-' || number || '@' || isp.domain, isp.domain,
        current_timestamp - random() * interval '1 day', current_timestamp,
        case when number %% 10 = 0 then 404 else 200 end,
        case when number %% 10 = 0 then 'CONCEALED' else 'ANSWERED' end,
        case when number %% 10 = 0 then 'NOT_PERMITTED' else 'PERMITTED' end, '{}'
      from isp, generate_series(1, %d) as number
      """;

  private final DataSource database;

  Crowd(DataSource database) {
    this.database = database;
  }

  /**
   * Opens subscribers of the ISP that is there, and has them called.
   *
   * @param count how many subscribers
   * @param calls how many calls in the last day
   */
  void settle(int count, int calls) throws SQLException {
    try (Connection connection = database.getConnection();
        var statement = connection.createStatement()) {
      // An ISP sees the calls since it was opened.
      statement.execute("update isp set created = current_timestamp - interval '1 year'");
      statement.execute(SUBSCRIBERS.formatted(count));
      statement.execute(CALLS.formatted(calls));
      // As the database's own daemon would have done by the time an ISP has grown so large.
      statement.execute("vacuum analyze");
    }
  }

  /** Domain of the ISP. */
  String domain() throws SQLException {
    return texts("select domain from isp order by id limit ?", 1).get(0);
  }

  /** User parts of some of them, drawn at random. */
  List<String> some(int count) throws SQLException {
    return texts("select user_folded from subscriber order by random() limit ?", count);
  }

  private List<String> texts(String query, int limit) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setInt(1, limit);
      try (ResultSet rows = statement.executeQuery()) {
        List<String> texts = new ArrayList<>();
        while (rows.next()) {
          texts.add(rows.getString(1));
        }
        return texts;
      }
    }
  }
}
