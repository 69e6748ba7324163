package org.m2mx.registry.testing;

import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.m2mx.registry.schema.Schema;
import org.m2mx.registry.schema.SchemaReady;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A migrated database with the registry's persistence unit on it. What the server does for the
 * services, a transaction around each call and a persistence context that belongs to it, the test
 * says with {@link #call} and {@link #run}.
 */
public final class RegistryDatabase {
  private static final Logger HIBERNATE = Logger.getLogger("org.hibernate");
  private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");
  private static final Logger AUDIT = Logger.getLogger("org.m2mx.registry.audit");

  private static final List<String> TABLES_CHILDREN_FIRST =
      List.of(
          "call_record",
          "binding",
          "permission",
          "api_answer",
          "api_key",
          "isp_rule",
          "caller_group_member",
          "caller_group",
          "account_link",
          "credential",
          "sealing_key",
          "subscriber",
          "operator",
          "isp_domain",
          "isp");

  /** The databases that every service is tested on. */
  public enum Kind {
    /** The embedded default. */
    H2 {
      @Override
      DataSource start() {
        return h2("mem:registry;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=60000");
      }

      @Override
      public DataSource another() {
        return h2("mem:another" + System.nanoTime() + ";DB_CLOSE_DELAY=-1");
      }

      @Override
      void emptyAuditTrail(Statement statement) throws SQLException {
        statement.execute("truncate table audit");
      }
    },
    /** What a telco runs. */
    POSTGRESQL {
      @Override
      DataSource start() {
        return PostgreSqlCluster.start().database();
      }

      @Override
      public DataSource another() throws SQLException {
        var beside = (PGSimpleDataSource) empty().uncounted;
        var schema = "another" + System.nanoTime();
        try (var connection = beside.getConnection();
            var statement = connection.createStatement()) {
          statement.execute("create schema " + schema);
        }
        var database = new PGSimpleDataSource();
        database.setURL(beside.getURL());
        database.setUser(beside.getUser());
        database.setCurrentSchema(schema);
        return database;
      }

      @Override
      void emptyAuditTrail(Statement statement) throws SQLException {
        statement.execute("set session_replication_role = replica");
        statement.execute("truncate table audit");
        statement.execute("set session_replication_role = origin");
      }
    };

    private RegistryDatabase database;

    /** A database of this kind that nothing is in, beside the one of {@link #empty()}. */
    public abstract DataSource another() throws SQLException;

    abstract DataSource start();

    /** As only who owns the whole database can. */
    abstract void emptyAuditTrail(Statement statement) throws SQLException;

    /** The database of this kind, started and migrated at the first call, and empty. */
    public synchronized RegistryDatabase empty() {
      if (database == null) {
        database = new RegistryDatabase(this, start());
      }
      database.clear();
      return database;
    }
  }

  private final Kind kind;
  private final DataSource uncounted;
  private final DataSource dataSource;
  private final AtomicLong statements = new AtomicLong();
  private final EntityManagerFactory factory;
  private final ThreadLocal<EntityManager> current = new ThreadLocal<>();
  private final ThreadLocal<List<Runnable>> completions = ThreadLocal.withInitial(ArrayList::new);

  private RegistryDatabase(Kind kind, DataSource dataSource) {
    this.kind = kind;
    this.uncounted = dataSource;
    this.dataSource = counted(dataSource);
    HIBERNATE.setLevel(Level.WARNING);
    FLYWAY.setLevel(Level.WARNING);
    AUDIT.setLevel(Level.WARNING);
    new Schema(dataSource, unheard()).ready();
    factory =
        Persistence.createEntityManagerFactory(
            "m2mx",
            Map.of(
                "jakarta.persistence.transactionType", "RESOURCE_LOCAL",
                "jakarta.persistence.jtaDataSource", this.dataSource,
                // WildFly holds queries to the letter of the specification; so do the tests.
                "hibernate.jpa.compliance", "true",
                "hibernate.hbm2ddl.auto", "validate"));
  }

  /** How many statements have been prepared so far. */
  public long statements() {
    return statements.get();
  }

  private DataSource counted(DataSource database) {
    return watched(
        DataSource.class,
        database,
        (method, result) ->
            method.equals("getConnection")
                ? watched(Connection.class, (Connection) result, this::countStatement)
                : result);
  }

  private Object countStatement(String method, Object result) {
    if (method.equals("prepareStatement")) {
      statements.incrementAndGet();
    }
    return result;
  }

  private static <T> T watched(Class<T> type, T watched, BiFunction<String, Object, Object> what) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                what.apply(method.getName(), invoke(watched, method, arguments))));
  }

  private static Object invoke(Object on, Method method, Object... arguments) throws Throwable {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** An H2 database. */
  public static DataSource h2(String where) {
    var database = new JdbcDataSource();
    database.setURL("jdbc:h2:" + where);
    return database;
  }

  /** An event that nobody observes. */
  public static Event<SchemaReady> unheard() {
    return heardBy(event -> {});
  }

  /** An event that is observed after the completion of the transaction it is fired in. */
  public <T> Event<T> afterCompletion(Consumer<T> observer) {
    return heardBy(event -> completions.get().add(() -> observer.accept(event)));
  }

  /** An event that is observed at once, as outside of any transaction. */
  public <T> Event<T> atOnce(Consumer<T> observer) {
    return heardBy(observer);
  }

  @SuppressWarnings("unchecked")
  private static <T> Event<T> heardBy(Consumer<T> observer) {
    return (Event<T>)
        Proxy.newProxyInstance(
            Event.class.getClassLoader(),
            new Class<?>[] {Event.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("fire")) {
                throw new UnsupportedOperationException(method.getName());
              }
              observer.accept((T) arguments[0]);
              return null;
            });
  }

  /** Connections outside of any transaction. */
  public DataSource dataSource() {
    return dataSource;
  }

  /** The persistence context of the transaction that the calling thread is in. */
  public EntityManager entities() {
    return (EntityManager)
        Proxy.newProxyInstance(
            EntityManager.class.getClassLoader(),
            new Class<?>[] {EntityManager.class},
            (proxy, method, arguments) -> {
              if (current.get() == null) {
                throw new IllegalStateException(method.getName() + " outside of a transaction");
              }
              return invoke(current.get(), method, arguments);
            });
  }

  /** Calls a service in a transaction of its own, which is rolled back when the call throws. */
  public <T> T call(Supplier<T> service) {
    var entities = factory.createEntityManager();
    current.set(entities);
    var transaction = entities.getTransaction();
    try {
      transaction.begin();
      var result = service.get();
      transaction.commit();
      return result;
    } finally {
      if (transaction.isActive()) {
        transaction.rollback();
      }
      current.remove();
      entities.close();
      var observers = completions.get();
      completions.remove();
      observers.forEach(Runnable::run);
    }
  }

  /** As {@link #call}, for a service that returns nothing. */
  public void run(Runnable service) {
    call(
        () -> {
          service.run();
          return null;
        });
  }

  private void clear() {
    try (var connection = dataSource.getConnection();
        var statement = connection.createStatement()) {
      for (var table : TABLES_CHILDREN_FIRST) {
        statement.executeUpdate("delete from " + table);
      }
      kind.emptyAuditTrail(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
