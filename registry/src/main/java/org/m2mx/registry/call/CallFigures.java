package org.m2mx.registry.call;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Within;
import org.m2mx.registry.call.CallDecision.Reason;
import org.m2mx.registry.call.CallRecord.Result;

/** How many calls there were, for those who look after subscribers. */
@ApplicationScoped
public class CallFigures {
  private static final String BUCKET = "floor(extract(epoch from begun) / %d)";
  private static final String OWN = "case when callee_domain = ? then 1 else 0 end";

  private final DataSource database;

  /** For the client proxy only. */
  protected CallFigures() {
    this(null);
  }

  /**
   * @param database the registry's database
   */
  @Inject
  public CallFigures(DataSource database) {
    this.database = database;
  }

  /**
   * Calls, messages and subscriptions that began in the same stretch of time and came to the same.
   *
   * @param begin when that stretch begins
   * @param result what they came to
   * @param reason why; of another ISP's callee no more than that the caller was refused
   * @param count how many, 1 or more
   */
  public record Figure(Instant begin, Result result, Reason reason, long count) {}

  /**
   * Counts.
   *
   * @param domain of the ISP whose subscribers called or were called; null for all
   * @param from the earliest begin, inclusive
   * @param to the latest begin, exclusive
   * @param stretch the length of a stretch of time, whole seconds; stretches begin at its multiples
   *     since 1970
   * @throws RecordsUnavailableException when the database does not answer
   */
  @Requires(Access.READ)
  public List<Figure> count(@Within String domain, Instant from, Instant to, Duration stretch) {
    var bucket = BUCKET.formatted(stretch.toSeconds());
    var own = domain == null ? "1" : OWN;
    var query =
        "select bucket, result, reason, own, count(*) from (select "
            + bucket
            + " as bucket, result, reason, "
            + own
            + " as own from call_record where begun >= ? and begun < ?"
            + (domain == null ? "" : " and " + CallRecords.OF_ISP)
            + ") as call group by bucket, result, reason, own";
    var figures = new ArrayList<Figure>();
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement(query)) {
      int place = 0;
      if (domain != null) {
        statement.setString(++place, domain);
      }
      statement.setObject(++place, from.atOffset(ZoneOffset.UTC));
      statement.setObject(++place, to.atOffset(ZoneOffset.UTC));
      if (domain != null) {
        statement.setString(++place, domain);
        statement.setString(++place, domain);
        statement.setString(++place, domain);
      }
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          var reason = Reason.valueOf(rows.getString(3));
          figures.add(
              new Figure(
                  Instant.ofEpochSecond(rows.getLong(1) * stretch.toSeconds()),
                  Result.valueOf(rows.getString(2)),
                  rows.getInt(4) == 1 ? reason : reason.onCallersSide(),
                  rows.getLong(5)));
        }
      }
    } catch (SQLException e) {
      throw new RecordsUnavailableException("Calls cannot be counted", e);
    }
    return figures;
  }
}
