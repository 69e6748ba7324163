package org.m2mx.registry.bulk;

import static org.m2mx.registry.bulk.ImportTables.first;
import static org.m2mx.registry.bulk.ImportTables.update;
import static org.m2mx.registry.bulk.ImportTables.utc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.UUID;
import org.m2mx.registry.StaleException;
import org.m2mx.registry.account.AccountLinks;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.audit.Change;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.bulk.BulkImport.State;
import org.m2mx.registry.credential.DigestAlgorithm;
import org.m2mx.registry.subscriber.Subscriber;

/** All accounts of a file come to be, with what belongs to them, or none of them. */
final class Opening {
  private final AccountLinks links;
  private final AuditTrail audit;
  private final Clock clock;

  /**
   * @param links says how long links work
   * @param audit where each account is written down
   * @param clock tells when
   */
  Opening(AccountLinks links, AuditTrail audit, Clock clock) {
    this.links = links;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Opens every account of a checked file, in the transaction of the connection.
   *
   * @return what has become of the import, {@link State#IMPORTED} or {@link State#REFUSED}
   * @throws StaleException when it is not checked, or imported already
   */
  State open(Connection connection, String domain, UUID id) throws SQLException {
    var state =
        first(
            connection,
            "select state from subscriber_import where id = ? and domain = ? for update",
            id,
            domain);
    if (!State.CHECKED.name().equals(state)) {
      throw new StaleException("The import " + id + " is not waiting to be carried out");
    }
    var problems =
        Complaints.complainOfTaken(connection, id)
            + Complaints.complainOfDomains(connection, domain, id)
            + Complaints.complainOfRoom(connection, domain, id);
    if (problems > 0) {
      ImportTables.conclude(connection, id, State.REFUSED, problems, now());
      return State.REFUSED;
    }
    var now = now();
    var expires = now.plus(links.lifetime());
    insertAccounts(connection, domain, id, now, expires);
    writeDown(connection, domain, id, expires);
    update(
        connection,
        "delete from subscriber_import_line where import_id = ? and token_hash is null",
        id);
    update(
        connection,
        "update subscriber_import set state = 'IMPORTED', finished = ?, links_expire = ? where id = ?",
        utc(now),
        utc(expires),
        id);
    update(
        connection,
        """
        update subscriber_import set seed = null
        where id = ? and not exists (select 1 from subscriber_import_line where import_id = ?)
        """,
        id,
        id);
    return State.IMPORTED;
  }

  private static void insertAccounts(
      Connection connection, String domain, UUID id, Instant now, Instant expires)
      throws SQLException {
    update(
        connection,
        """
        insert into subscriber (aor, domain, user_folded, isp_id, status, legacy, created)
        select l.aor, l.domain, l.user_folded, i.id, 'ACTIVE', l.legacy, cast(? as timestamp with time zone)
        from subscriber_import_line l join isp i on i.domain = ?
        where l.import_id = ?
        order by l.line
        """,
        utc(now),
        domain,
        id);
    for (var algorithm : DigestAlgorithm.values()) {
      var column = algorithm.name().toLowerCase(Locale.ROOT);
      update(
          connection,
          """
          insert into credential (aor, algorithm, sealed)
          select aor, cast(? as varchar(16)), %1$s
          from subscriber_import_line where import_id = ? and %1$s is not null
          """
              .formatted(column),
          algorithm.token(),
          id);
    }
    update(
        connection,
        """
        insert into account_link (aor, token_hash, created, expires)
        select aor, token_hash, cast(? as timestamp with time zone), cast(? as timestamp with time zone)
        from subscriber_import_line where import_id = ? and token_hash is not null
        """,
        utc(now),
        utc(expires),
        id);
  }

  private void writeDown(Connection connection, String domain, UUID id, Instant expires)
      throws SQLException {
    var file =
        (String) first(connection, "select file_name from subscriber_import where id = ?", id);
    var opened = 0;
    for (var legacy : new boolean[] {false, true}) {
      opened +=
          audit.addEach(
              connection,
              new Change(
                  Action.SUBSCRIBER_OPENED,
                  "",
                  domain,
                  Facts.NONE,
                  Subscriber.factsWhenOpened(legacy)),
              "select aor from subscriber_import_line where import_id = ? and legacy = ? order by line",
              id,
              legacy);
    }
    audit.addEach(
        connection,
        new Change(
            Action.ACCOUNT_LINK_ISSUED, "", domain, Facts.NONE, Facts.of("link expires", expires)),
        """
        select aor from subscriber_import_line
        where import_id = ? and token_hash is not null order by line
        """,
        id);
    audit.add(
        connection,
        new Change(
            Action.SUBSCRIBERS_IMPORTED,
            domain,
            domain,
            Facts.NONE,
            Facts.of("file", file).and("subscribers", opened)));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
