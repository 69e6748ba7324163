package org.m2mx.registry.schema;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * Brings the tables up to date at start. Whoever may come before the start event is told, such as a
 * listener of network connections, calls {@link #ready()} first.
 */
@ApplicationScoped
public class Schema {
  private static final Logger LOG = System.getLogger(Schema.class.getName());

  // What the two databases do not say alike: a few words, and the scripts in a folder of their own.
  private static final Map<String, Dialect> DIALECTS =
      Map.of(
          "H2", new Dialect("", "classpath:db/h2"),
          "PostgreSQL", new Dialect("collate \"C\"", "classpath:db/postgresql"));

  private final DataSource database;
  private final Event<SchemaReady> readiness;
  private boolean ready;

  /** For the client proxy only. */
  protected Schema() {
    this(null, null);
  }

  /**
   * @param database the registry's database
   * @param readiness where the news goes
   */
  @Inject
  public Schema(DataSource database, Event<SchemaReady> readiness) {
    this.database = database;
    this.readiness = readiness;
  }

  void atStart(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) Startup start) {
    ready();
  }

  /**
   * Returns when the tables are up to date, at once after the first call.
   *
   * @throws SchemaException when the database cannot be reached, is of a kind not supported, or was
   *     changed by others
   */
  public synchronized void ready() {
    if (!ready) {
      readiness.fire(new SchemaReady(migrate()));
      ready = true;
    }
  }

  private String migrate() {
    try {
      var flyway = migration(database).load();
      var result = flyway.migrate();
      var version = flyway.info().current().getVersion().getVersion();
      LOG.log(
          Level.INFO,
          "Schema at version {0}, migrations run now: {1}",
          version,
          result.migrationsExecuted);
      return version;
    } catch (FlywayException e) {
      throw new SchemaException("The tables cannot be brought up to date: " + e.getMessage(), e);
    } catch (SQLException e) {
      throw new SchemaException(
          "The database behind java:/jdbc/m2mx cannot be reached: " + e.getMessage(), e);
    }
  }

  /** How tables are brought up to date, to the latest version unless told otherwise. */
  static FluentConfiguration migration(DataSource database) throws SQLException {
    var dialect = dialect(database);
    return Flyway.configure(Schema.class.getClassLoader())
        .dataSource(database)
        .locations("classpath:db/migration", dialect.scripts())
        .placeholders(Map.of("by_code_point", dialect.byCodePoint()))
        .cleanDisabled(true);
  }

  private static Dialect dialect(DataSource database) throws SQLException {
    try (var connection = database.getConnection()) {
      var product = connection.getMetaData().getDatabaseProductName();
      var dialect = DIALECTS.get(product);
      if (dialect == null) {
        throw new SchemaException(
            product + " is not supported: point java:/jdbc/m2mx at PostgreSQL or H2");
      }
      return dialect;
    }
  }

  private record Dialect(String byCodePoint, String scripts) {}
}
