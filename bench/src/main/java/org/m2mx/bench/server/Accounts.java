package org.m2mx.bench.server;

import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.m2mx.bench.load.Device;
import org.m2mx.registry.Aor;
import org.m2mx.registry.credential.Credentials;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.credential.RegistryKey;
import org.m2mx.registry.schema.Schema;
import org.m2mx.registry.schema.SchemaReady;

/** Opens the accounts of {@link Device}s in an empty registry. */
final class Accounts {
  private static final int PER_TRANSACTION = 200;

  private static final String ISP =
      "insert into isp (name, domain, status, created) values ('Bench', ?1, 'ACTIVE',"
          + " current_timestamp)";

  private static final String DOMAIN =
      "insert into isp_domain (name, isp_id) select domain, id from isp";

  private static final String SUBSCRIBER =
      """
      insert into subscriber (aor, domain, user_folded, isp_id, status, legacy, created)
      select ?1, domain, ?2, id, 'ACTIVE', false, current_timestamp from isp
      """;

  private static final String PERMISSION =
      "insert into permission (callee, caller, created) values (?1, ?2, current_timestamp)";

  /** Held lest they be collected, and their levels with them. */
  private static final Logger[] TALKATIVE = {
    Logger.getLogger("org.hibernate"),
    Logger.getLogger("org.flywaydb"),
    Logger.getLogger("org.m2mx.registry")
  };

  private Accounts() {}

  /**
   * Makes the tables, an ISP and its subscribers. The subscriber of an odd number permits the one
   * before it to call.
   *
   * @param database an empty database
   * @param keyFile the registry's key; made when there is none
   * @param count how many
   */
  static void open(DataSource database, Path keyFile, int count) {
    for (Logger logger : TALKATIVE) {
      logger.setLevel(Level.WARNING);
    }
    new Schema(database, unheard()).ready();
    Map<String, Object> settings =
        Map.of(
            "jakarta.persistence.transactionType",
            "RESOURCE_LOCAL",
            "jakarta.persistence.jtaDataSource",
            database);
    RegistryKey key = new RegistryKey(keyFile, new SecureRandom());
    EntityManagerFactory factory = Persistence.createEntityManagerFactory("m2mx", settings);
    try {
      run(
          factory,
          entities -> {
            entities
                .createNativeQuery(ISP)
                .setParameter(1, Device.number(0).domain())
                .executeUpdate();
            entities.createNativeQuery(DOMAIN).executeUpdate();
          });
      for (int from = 0; from < count; from += PER_TRANSACTION) {
        int first = from;
        int end = Math.min(count, from + PER_TRANSACTION);
        run(factory, entities -> open(entities, database, key, first, end));
      }
    } finally {
      factory.close();
    }
  }

  private static void open(
      EntityManager entities, DataSource database, RegistryKey key, int from, int end) {
    // Nobody is promised anything here, so that nobody need wait for the disk.
    entities.createNativeQuery("set local synchronous_commit = off").executeUpdate();
    Credentials credentials = new Credentials(entities, database, key, new SecureRandom());
    for (int number = from; number < end; number++) {
      Device device = Device.number(number);
      entities
          .createNativeQuery(SUBSCRIBER)
          .setParameter(1, device.aor())
          .setParameter(2, device.user())
          .executeUpdate();
      credentials.replace(
          new Aor(device.user(), device.domain()), Password.of(device.password()), false);
      if (number % 2 == 1) {
        entities
            .createNativeQuery(PERMISSION)
            .setParameter(1, device.aor())
            .setParameter(2, Device.number(number - 1).aor())
            .executeUpdate();
      }
    }
  }

  /** The registry's key is checked by the server itself when it starts. */
  @SuppressWarnings("unchecked")
  private static Event<SchemaReady> unheard() {
    return (Event<SchemaReady>)
        Proxy.newProxyInstance(
            Event.class.getClassLoader(),
            new Class<?>[] {Event.class},
            (proxy, method, arguments) -> null);
  }

  private static void run(EntityManagerFactory factory, Consumer<EntityManager> work) {
    EntityManager entities = factory.createEntityManager();
    try {
      entities.getTransaction().begin();
      work.accept(entities);
      entities.getTransaction().commit();
    } finally {
      if (entities.getTransaction().isActive()) {
        entities.getTransaction().rollback();
      }
      entities.close();
    }
  }
}
