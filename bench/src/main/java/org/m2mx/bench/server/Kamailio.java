package org.m2mx.bench.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.load.Device;
import org.m2mx.bench.machine.ProcessTree;

/**
 * Kamailio with digest from PostgreSQL, bindings written through before the answer ({@code db_mode}
 * 1), and a record-routing, transaction-stateful proxy.
 */
public final class Kamailio implements SipServer {
  private static final String DATABASE = "kamailio";
  private static final Path BINARY = Path.of("/usr/sbin/kamailio");
  private static final Path SCHEMA = Path.of("/usr/share/kamailio/postgres");
  private static final List<String> TABLES =
      List.of("standard-create.sql", "auth_db-create.sql", "usrloc-create.sql");

  private final ServerProcess process;
  private final int port;

  private Kamailio(ServerProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Makes its database, opens accounts and starts it.
   *
   * @param folder where its files go
   * @param database where its bindings go
   * @param port for UDP
   * @param accounts how many, from number 0
   * @throws BenchException when it is not installed or does not start
   */
  public static Kamailio start(Path folder, PostgreSql database, int port, int accounts)
      throws IOException, InterruptedException, SQLException {
    if (!Files.isExecutable(BINARY) || !Files.isDirectory(SCHEMA)) {
      throw new BenchException(
          "There is no Kamailio here: apt-get install kamailio kamailio-postgres-modules");
    }
    database.create(DATABASE);
    for (String table : TABLES) {
      database.execute(DATABASE, Files.readString(SCHEMA.resolve(table)));
    }
    openAccounts(database, accounts);
    Files.createDirectories(folder);
    Path configuration = folder.resolve("kamailio.cfg");
    Files.writeString(configuration, configuration(database, port));
    ServerProcess process =
        new ServerProcess(
            "Kamailio",
            new ProcessBuilder(
                BINARY.toString(),
                "-f",
                configuration.toString(),
                "-DD",
                "-E",
                "-m",
                "1024",
                "-M",
                "16",
                "-Y",
                folder.toString(),
                "-P",
                folder.resolve("kamailio.pid").toString()),
            folder.resolve("kamailio.log"));
    // A datagram sent too early would be lost; the workers exist once the main process has them.
    process.await(() -> process.handle().descendants().count() > 8);
    Thread.sleep(1000);
    return new Kamailio(process, port);
  }

  private static void openAccounts(PostgreSql database, int accounts) throws SQLException {
    try (var connection = database.database(DATABASE).getConnection();
        var insert =
            connection.prepareStatement(
                "insert into subscriber (username, domain, password) values (?, ?, ?)")) {
      connection.setAutoCommit(false);
      for (int number = 0; number < accounts; number++) {
        Device device = Device.number(number);
        insert.setString(1, device.user());
        insert.setString(2, device.domain());
        insert.setString(3, device.password());
        insert.addBatch();
      }
      insert.executeBatch();
      connection.commit();
    }
  }

  private static String configuration(PostgreSql database, int port) throws IOException {
    try (InputStream in = Kamailio.class.getResourceAsStream("kamailio.cfg")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@PORT@", Integer.toString(port))
          .replace(
              "@DATABASE@",
              "postgres://%s:x@127.0.0.1:%d/%s"
                  .formatted(database.role(), database.port(), DATABASE));
    }
  }

  @Override
  public String name() {
    return "Kamailio";
  }

  @Override
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  @Override
  public ProcessTree tree() {
    return process.tree();
  }

  /** Its memory grows by what it touches; what it took before it had data is the same each time. */
  @Override
  public long dataBytes() {
    return tree().memoryKib() * 1024;
  }

  @Override
  public void close() {
    process.close();
  }
}
