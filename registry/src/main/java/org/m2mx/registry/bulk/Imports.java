package org.m2mx.registry.bulk;

import static org.m2mx.registry.bulk.ImportTables.first;
import static org.m2mx.registry.bulk.ImportTables.update;
import static org.m2mx.registry.bulk.ImportTables.utc;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.Printable;
import org.m2mx.registry.StaleException;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Within;
import org.m2mx.registry.account.AccountLinks;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.audit.Change;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.bulk.BulkImport.State;
import org.m2mx.registry.credential.Credentials;
import org.m2mx.registry.credential.DigestAlgorithm;
import org.m2mx.registry.credential.RegistryKey;
import org.m2mx.registry.credential.Token;
import org.m2mx.registry.schema.SchemaReady;
import org.m2mx.registry.subscriber.SubscriberChanged;

/**
 * Opens accounts by the file. A file is checked first: what is read of it is laid aside, passwords
 * already sealed, and all that is wrong with it is written down. Then its accounts are opened in
 * one transaction, all or none.
 *
 * <p>An account without a password in the file gets a link that makes one. The links' tokens are
 * kept nowhere, yet can be told again until somebody says that they arrived: they are derived from
 * a seed of the import, with the registry's key.
 *
 * <p>To be called outside of any transaction.
 */
@ApplicationScoped
public class Imports {
  private static final Logger LOG = System.getLogger(Imports.class.getName());
  private static final int BATCH = 1000;
  private static final int SEED_OCTETS = 32;
  private static final Duration KEPT = Duration.ofDays(30);

  private final ImportTables tables;
  private final Credentials credentials;
  private final Opening opening;
  private final LinkTokens tokens;
  private final AuditTrail audit;
  private final Acting acting;
  private final Event<SubscriberChanged> changes;
  private final SecureRandom random;
  private final Clock clock;
  private final String node;

  /** For the client proxy only. */
  protected Imports() {
    tables = null;
    credentials = null;
    opening = null;
    tokens = null;
    audit = null;
    acting = null;
    changes = null;
    random = null;
    clock = null;
    node = null;
  }

  /**
   * @param database the registry's database
   * @param credentials seals passwords
   * @param links says how long links work
   * @param key what links are derived with
   * @param audit where changes are written down
   * @param acting knows who imports
   * @param changes where the news goes
   * @param random where seeds come from
   * @param clock tells when
   * @param node {@code jboss.node.name}: which server reads a file
   */
  @Inject
  public Imports(
      DataSource database,
      Credentials credentials,
      AccountLinks links,
      RegistryKey key,
      AuditTrail audit,
      Acting acting,
      Event<SubscriberChanged> changes,
      SecureRandom random,
      Clock clock,
      @ConfigProperty(name = "jboss.node.name", defaultValue = "localhost") String node) {
    this.tables = new ImportTables(database);
    this.credentials = credentials;
    this.opening = new Opening(links, audit, clock);
    this.tokens = new LinkTokens(key);
    this.audit = audit;
    this.acting = acting;
    this.changes = changes;
    this.random = random;
    this.clock = clock;
    this.node = node;
  }

  /** Files that this server was reading when it stopped are read no more. */
  public void afterStart(@Observes SchemaReady ready) {
    var interrupted = in(connection -> interrupt(connection, "node = ?", node));
    if (interrupted > 0) {
      LOG.log(
          Level.WARNING,
          "{0} files of subscribers were being read when the server stopped",
          interrupted);
    }
  }

  /**
   * Takes a file in, to be checked next.
   *
   * @param domain the ISP whose subscribers it holds
   * @param fileName what it is called
   * @throws NotFoundException when no ISP has the domain
   */
  @Requires(Access.CHANGE)
  public BulkImport begin(@Within String domain, String fileName) {
    var id = UUID.randomUUID();
    var seed = new byte[SEED_OCTETS];
    random.nextBytes(seed);
    var now = now();
    in(
        connection -> {
          if (first(connection, "select id from isp where domain = ?", domain) == null) {
            throw new NotFoundException("No ISP has the domain " + domain);
          }
          forgetOld(connection, now);
          return update(
              connection,
              """
              insert into subscriber_import
                (id, domain, file_name, actor, node, state, begun, seed)
              values (?, ?, ?, ?, ?, 'CHECKING', ?, ?)
              """,
              id,
              domain,
              Printable.excerpt(fileName),
              acting.required().name(),
              node,
              utc(now),
              seed);
        });
    return require(domain, id);
  }

  /**
   * Reads a file, and finds all that is wrong with it.
   *
   * @param lines what it says, in its order
   * @return the import, {@link State#CHECKED} or {@link State#REFUSED}
   * @throws StaleException when it is not waiting to be checked
   */
  @Requires(Access.CHANGE)
  public BulkImport check(@Within String domain, UUID id, Iterator<Line> lines) {
    requireState(require(domain, id), State.CHECKING);
    var seed = in(connection -> (byte[]) seed(connection, id));
    var problems = 0;
    var read = 0;
    var batch = new ArrayList<Line>(BATCH);
    while (lines.hasNext()) {
      batch.add(lines.next());
      if (batch.size() == BATCH || !lines.hasNext()) {
        problems += stage(id, batch, seed);
        read += batch.size();
        batch.clear();
      }
    }
    return finish(domain, id, read, problems);
  }

  private int stage(UUID id, List<Line> lines, byte[] seed) {
    var problems = lines.stream().flatMap(line -> line.problems().stream()).toList();
    var accounts =
        lines.stream().filter(line -> line.aor() != null).map(line -> staged(line, seed)).toList();
    return in(
        connection -> {
          ImportTables.stage(connection, id, accounts);
          Complaints.complain(connection, id, problems);
          return problems.size();
        });
  }

  private Staged staged(Line line, byte[] seed) {
    Map<DigestAlgorithm, byte[]> sealed =
        line.password() == null
            ? Map.of()
            : credentials.sealedFor(line.aor(), line.password(), line.legacy());
    var hash = line.password() == null ? tokens.of(seed, line.aor()).hash() : null;
    return new Staged(line.number(), line.aor(), line.legacy(), hash, sealed);
  }

  private BulkImport finish(String domain, UUID id, int read, int problemsOfLines) {
    in(
        connection -> {
          var problems = problemsOfLines;
          problems += Complaints.complainOfRepeated(connection, id);
          problems += Complaints.complainOfTaken(connection, id);
          problems += Complaints.complainOfDomains(connection, domain, id);
          problems += Complaints.complainOfRoom(connection, domain, id);
          ImportTables.conclude(
              connection, id, problems == 0 ? State.CHECKED : State.REFUSED, problems, now());
          return update(
              connection, "update subscriber_import set line_count = ? where id = ?", read, id);
        });
    return require(domain, id);
  }

  /**
   * Opens every account of a checked file, or none.
   *
   * @return the import: {@link State#IMPORTED}; or {@link State#REFUSED} when somebody has opened
   *     one of the accounts, or taken the room for them, since the check
   * @throws StaleException when it is not checked, or imported already
   */
  @Requires(Access.CHANGE)
  public BulkImport open(@Within String domain, UUID id) {
    var aors = in(connection -> ImportTables.aors(connection, id));
    try {
      in(connection -> opening.open(connection, domain, id));
    } finally {
      // Also when nobody can say whether the commit came about.
      aors.forEach(aor -> changes.fire(new SubscriberChanged(aor)));
    }
    return require(domain, id);
  }

  /** The latest imports of an ISP, the latest first. */
  @Requires(Access.READ)
  public List<BulkImport> list(@Within String domain, int size) {
    return in(connection -> ImportTables.list(connection, domain, size));
  }

  /** An import; empty when the ISP has none of that key. */
  @Requires(Access.READ)
  public Optional<BulkImport> find(@Within String domain, UUID id) {
    return in(connection -> ImportTables.find(connection, domain, id));
  }

  /**
   * What is wrong with a file, in its order.
   *
   * @param first how many to pass over
   * @param size how many at most
   */
  @Requires(Access.READ)
  public List<Problem> problems(@Within String domain, UUID id, int first, int size) {
    require(domain, id);
    return in(connection -> Complaints.problems(connection, id, first, size));
  }

  /**
   * Tells the links of an import, in the order of its file: of those that have neither been used
   * nor replaced. Each telling is written down.
   *
   * @throws StaleException when they were forgotten, or have expired
   */
  @Requires(Access.CHANGE)
  public void links(@Within String domain, UUID id, BiConsumer<Aor, Token> teller) {
    var now = now();
    if (require(domain, id).linksUntil().filter(now::isBefore).isEmpty()) {
      throw new StaleException("The links of the import " + id + " cannot be shown any more");
    }
    var seed =
        in(
            connection -> {
              audit.add(
                  connection,
                  new Change(
                      Action.ACCOUNT_LINKS_SHOWN,
                      domain,
                      domain,
                      Facts.NONE,
                      Facts.of("import", id)));
              return (byte[]) seed(connection, id);
            });
    var after = 0;
    while (true) {
      var last = after;
      var some = in(connection -> ImportTables.linked(connection, id, last, BATCH, now));
      if (some.isEmpty()) {
        return;
      }
      some.forEach(one -> teller.accept(one.aor(), tokens.of(seed, one.aor())));
      after = some.get(some.size() - 1).line();
    }
  }

  /** From now on nobody can be told the links of an import again. They work as before. */
  @Requires(Access.CHANGE)
  public void forgetLinks(@Within String domain, UUID id) {
    requireState(require(domain, id), State.IMPORTED);
    in(connection -> forget(connection, "id = ?", id));
  }

  /**
   * Removes an import of which nothing came.
   *
   * @throws StaleException when it is being read, or its accounts are open
   */
  @Requires(Access.CHANGE)
  public void discard(@Within String domain, UUID id) {
    require(domain, id);
    var gone =
        in(
            connection ->
                update(
                    connection,
                    "delete from subscriber_import where id = ? and state not in ('CHECKING', 'IMPORTED')",
                    id));
    if (gone == 0) {
      throw new StaleException("The import " + id + " is being read, or its accounts are open");
    }
  }

  /** A file is read no further: something went wrong on the way. */
  @Requires(Access.CHANGE)
  public void interrupt(@Within String domain, UUID id) {
    require(domain, id);
    in(connection -> interrupt(connection, "id = ?", id));
  }

  private int interrupt(Connection connection, String which, Object parameter) throws SQLException {
    update(
        connection,
        "delete from subscriber_import_line where import_id in"
            + " (select id from subscriber_import where state = 'CHECKING' and "
            + which
            + ")",
        parameter);
    return update(
        connection,
        "update subscriber_import set state = 'INTERRUPTED', finished = ? where state = 'CHECKING' and "
            + which,
        utc(now()),
        parameter);
  }

  private static void forgetOld(Connection connection, Instant now) throws SQLException {
    forget(connection, "links_expire < ?", utc(now));
    update(
        connection,
        "delete from subscriber_import where begun < ? and state <> 'CHECKING' and seed is null",
        utc(now.minus(KEPT)));
    update(
        connection,
        """
        delete from subscriber_import
        where begun < ? and state in ('INTERRUPTED', 'REFUSED', 'CHECKED')
        """,
        utc(now.minus(KEPT)));
  }

  private static int forget(Connection connection, String which, Object parameter)
      throws SQLException {
    update(
        connection,
        "delete from subscriber_import_line where import_id in"
            + " (select id from subscriber_import where state = 'IMPORTED' and "
            + which
            + ")",
        parameter);
    return update(
        connection,
        "update subscriber_import set seed = null where state = 'IMPORTED' and " + which,
        parameter);
  }

  private static Object seed(Connection connection, UUID id) throws SQLException {
    return first(connection, "select seed from subscriber_import where id = ?", id);
  }

  private BulkImport require(String domain, UUID id) {
    return in(connection -> ImportTables.find(connection, domain, id))
        .orElseThrow(() -> new NotFoundException(domain + " has no import " + id));
  }

  private static void requireState(BulkImport found, State state) {
    if (found.state() != state) {
      throw new StaleException("The import " + found.id() + " is " + found.state());
    }
  }

  private <T> T in(ImportTables.Work<T> work) {
    try {
      return tables.transaction(work);
    } catch (SQLException e) {
      throw new ImportsUnavailableException("The imports cannot be reached: " + e.getMessage(), e);
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
