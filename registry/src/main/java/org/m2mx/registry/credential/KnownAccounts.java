package org.m2mx.registry.credential;

import static java.util.stream.Collectors.toSet;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.Status;

/**
 * Every account's sealed credentials and standing, in memory as in the database: nothing is opened
 * here. A name that is not here has no account, so that to find none costs what it costs to find
 * one. What is told to have changed is read again when it is next asked for.
 */
final class KnownAccounts {
  private static final Logger LOG = System.getLogger(KnownAccounts.class.getName());
  private static final String ACCOUNTS =
      """
      select s.aor, s.status, c.algorithm, c.sealed
      from subscriber s left join credential c on c.aor = s.aor
      """;

  private static final String DOMAINS =
      "select d.name, i.status from isp_domain d join isp i on i.id = d.isp_id";

  private static final int FETCH_SIZE = 5000;

  private static final Account NONE = new Account(false, false);

  /** An account; one that is outdated says nothing. Told apart by identity. */
  private static final class Account {
    private final boolean active;
    private final boolean outdated;
    private final Map<DigestAlgorithm, byte[]> sealed = new EnumMap<>(DigestAlgorithm.class);

    Account(boolean active, boolean outdated) {
      this.active = active;
      this.outdated = outdated;
    }
  }

  /**
   * What a credential is judged by.
   *
   * @param sealed the sealed HA1; null when there is none
   * @param active whether account and ISP are served
   */
  record Standing(byte[] sealed, boolean active) {}

  private final DataSource database;
  private final Map<Aor, Account> accounts = new ConcurrentHashMap<>();

  /** By domain, with the standing of the ISP that has it. */
  private final Map<String, Account> domains = new ConcurrentHashMap<>();

  KnownAccounts(DataSource database) {
    this.database = database;
  }

  /**
   * Reads all there are. What is told to have changed meanwhile stays told.
   *
   * @return how many
   */
  int load() throws SQLException {
    var read = new HashMap<Aor, Account>();
    try (var connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (var statement = connection.prepareStatement(ACCOUNTS)) {
        statement.setFetchSize(FETCH_SIZE);
        try (var rows = statement.executeQuery()) {
          while (rows.next()) {
            take(rows, read);
          }
        }
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
    read.forEach(accounts::putIfAbsent);
    readDomains("").forEach(domains::putIfAbsent);
    return read.size();
  }

  Standing find(Aor aor, DigestAlgorithm algorithm) {
    var account = accounts.getOrDefault(aor, NONE);
    var isp = domains.getOrDefault(aor.domain(), NONE);
    try {
      if (account.outdated) {
        account = settle(accounts, aor, account, read(aor));
      }
      if (isp.outdated) {
        var domain = aor.domain();
        isp = settle(domains, domain, isp, readDomains(domain).getOrDefault(domain, NONE));
      }
    } catch (SQLException e) {
      throw new CredentialsUnavailableException("The account of " + aor + " cannot be read", e);
    }
    return new Standing(account.sealed.get(algorithm), account.active & isp.active);
  }

  /** An account was opened, changed or closed. */
  void changed(Aor aor) {
    accounts.put(aor, new Account(false, true));
  }

  /** An ISP was opened or changed that has this domain, or had it until then. */
  void changed(String domain) {
    domains.put(domain, new Account(false, true));
  }

  /**
   * An ISP is said to be deleted. If it is, none of its accounts is there any more; if not, each is
   * read again.
   *
   * @param itsDomains all it had
   */
  void deleted(Set<String> itsDomains) {
    var before = new HashMap<Aor, Account>();
    accounts.forEach(
        (aor, account) -> {
          if (itsDomains.contains(aor.domain())) {
            before.put(aor, account);
          }
        });
    var gone = itsDomains.stream().filter(this::isGone).collect(toSet());
    before.forEach(
        (aor, account) -> {
          if (gone.contains(aor.domain())) {
            // An account that was opened since is another, and stays.
            accounts.remove(aor, account);
          } else {
            changed(aor);
          }
        });
  }

  private boolean isGone(String domain) {
    try {
      return readDomains(domain).isEmpty();
    } catch (SQLException e) {
      LOG.log(
          Level.WARNING,
          "Whether {0} is deleted cannot be read: each of its accounts is read again: {1}",
          domain,
          e.getMessage());
      return false;
    }
  }

  /** What was told to have changed again while it was read is left to the next who asks. */
  private static <K> Account settle(
      Map<K, Account> known, K name, Account outdated, Account current) {
    if (current == NONE) {
      known.remove(name, outdated);
    } else {
      known.replace(name, outdated, current);
    }
    return current;
  }

  private Account read(Aor aor) throws SQLException {
    var read = new HashMap<Aor, Account>();
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement(ACCOUNTS + "where s.aor = ?")) {
      statement.setString(1, aor.toString());
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          take(rows, read);
        }
      }
    }
    return read.getOrDefault(aor, NONE);
  }

  private static void take(ResultSet row, Map<Aor, Account> accounts) throws SQLException {
    var active = isActive(row.getString(2));
    var account =
        accounts.computeIfAbsent(Aor.parse(row.getString(1)), aor -> new Account(active, false));
    var algorithm = row.getString(3);
    if (algorithm != null) {
      var sealed = row.getBytes(4);
      DigestAlgorithm.of(algorithm).ifPresent(known -> account.sealed.put(known, sealed));
    }
  }

  private Map<String, Account> readDomains(String domain) throws SQLException {
    var read = new HashMap<String, Account>();
    var query = domain.isEmpty() ? DOMAINS : DOMAINS + " where d.name = ?";
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement(query)) {
      if (!domain.isEmpty()) {
        statement.setString(1, domain);
      }
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          read.put(rows.getString(1), new Account(isActive(rows.getString(2)), false));
        }
      }
    }
    return read;
  }

  private static boolean isActive(String status) {
    return Status.ACTIVE.name().equals(status);
  }
}
