package org.m2mx.registry.binding;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Registration.Connection;
import org.m2mx.registry.binding.Registration.Contact;
import org.m2mx.registry.meter.ServiceMeters;
import org.m2mx.registry.schema.SchemaReady;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A process that registers as fast as it can and tells each binding, once it has been promised, in
 * a line: number of the device, CSeq. It goes on until it is killed.
 */
final class KilledServer {
  static final int DEVICES = 16;

  private KilledServer() {}

  public static void main(String[] args) {
    var bindings =
        new Bindings(
            database(args[0], args[1]),
            new ServiceMeters(new SimpleMeterRegistry()),
            Clock.systemUTC(),
            1);
    bindings.load(new SchemaReady("the latest"));
    for (int device = 0; device < DEVICES; device++) {
      var number = device;
      new Thread(() -> registerForEver(bindings, number)).start();
    }
  }

  private static void registerForEver(Bindings bindings, int number) {
    var contact = new Contact("sip:d@x", "sip:d@x", null, null, null, Duration.ofHours(1));
    for (long cseq = 1; ; cseq++) {
      var connection = new Connection("flow-" + cseq, "TLS", "[::1]:1", null);
      try {
        bindings
            .register(
                device(number),
                new Registration("call", cseq, connection, List.of(contact)),
                Instant.now())
            .join();
        System.out.println(number + " " + cseq);
      } catch (CompletionException e) {
        System.err.println("device " + number + " is promised nothing: " + e.getCause());
      }
    }
  }

  static Aor device(int number) {
    return new Aor("device" + number, "m2m-x.example");
  }

  /** The database behind a JDBC URL. */
  static DataSource database(String url, String user) {
    if (url.startsWith("jdbc:h2:")) {
      var h2 = new JdbcDataSource();
      h2.setURL(url);
      return h2;
    }
    var postgresql = new PGSimpleDataSource();
    postgresql.setURL(url);
    postgresql.setUser(user);
    return postgresql;
  }

  /** Runs statements. */
  static void execute(DataSource database, String... statements) throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
