package org.m2mx.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.machine.ProcessTree;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL of its own that both servers use, as it comes: every commit is on the disk. */
public final class PostgreSql implements AutoCloseable {
  private static final Path INSTALLATIONS = Path.of("/usr/lib/postgresql");
  private static final String ROLE = "bench";
  private static final String ACCOUNT = "postgres";

  private final ServerProcess process;
  private final int port;

  private PostgreSql(ServerProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Makes an empty cluster and starts it.
   *
   * @param folder where it keeps its files; must not exist
   * @param port a free port
   * @throws BenchException when PostgreSQL is not installed or does not start
   */
  public static PostgreSql start(Path folder, int port) throws IOException, InterruptedException {
    Path binaries = binaries();
    Files.createDirectories(folder);
    if (root()) {
      Files.setOwner(
          folder,
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(ACCOUNT));
      letThrough(folder);
    }
    String data = folder.resolve("data").toString();
    ServerProcess.run(
        folder.resolve("initdb.log"),
        asPostgres(
            binaries.resolve("initdb").toString(),
            "--pgdata=" + data,
            "--username=" + ROLE,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8"));
    ServerProcess process =
        new ServerProcess(
            "PostgreSQL",
            new ProcessBuilder(
                asPostgres(
                    binaries.resolve("postgres").toString(),
                    "-D",
                    data,
                    "-p",
                    Integer.toString(port),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=")),
            folder.resolve("postgres.log"));
    PostgreSql started = new PostgreSql(process, port);
    process.await(() -> started.answers());
    return started;
  }

  /** The server's user cannot enter a folder of root's own; only the way to it is opened. */
  private static void letThrough(Path folder) throws IOException {
    for (Path above = folder.toAbsolutePath().getParent();
        above != null && !above.equals(above.getRoot());
        above = above.getParent()) {
      var permissions = Files.getPosixFilePermissions(above);
      if (permissions.addAll(PosixFilePermissions.fromString("--x--x--x"))) {
        throw new BenchException(
            "The user %s cannot enter %s: choose another folder with --work, or chmod a+x %s"
                .formatted(ACCOUNT, above, above));
      }
    }
  }

  private boolean answers() {
    try {
      connect(ACCOUNT).close();
      return true;
    } catch (SQLException notYet) {
      return false;
    }
  }

  /**
   * Makes an empty database.
   *
   * @param name letters only
   */
  public DataSource create(String name) throws SQLException {
    execute(ACCOUNT, "create database " + name);
    return database(name);
  }

  /** Runs statements in a database. */
  void execute(String name, String... statements) throws SQLException {
    try (Connection connection = connect(name);
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Connections to a database. */
  DataSource database(String name) {
    var database = new PGSimpleDataSource();
    database.setURL(url(name));
    database.setUser(ROLE);
    return database;
  }

  private Connection connect(String name) throws SQLException {
    return DriverManager.getConnection(url(name), ROLE, "");
  }

  String url(String name) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + name;
  }

  String role() {
    return ROLE;
  }

  int port() {
    return port;
  }

  /** Its processes. */
  public ProcessTree tree() {
    return process.tree();
  }

  private static Path binaries() throws IOException {
    if (Files.isDirectory(INSTALLATIONS)) {
      try (Stream<Path> versions = Files.list(INSTALLATIONS)) {
        List<Path> found =
            versions
                .map(version -> version.resolve("bin"))
                .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                .sorted()
                .toList();
        if (!found.isEmpty()) {
          return found.get(found.size() - 1);
        }
      }
    }
    throw new BenchException("There is no PostgreSQL server here: apt-get install postgresql");
  }

  // PostgreSQL refuses to run as root; setpriv replaces itself by the server.
  private static List<String> asPostgres(String... command) {
    List<String> line = new ArrayList<>();
    if (root()) {
      line.addAll(
          List.of("setpriv", "--reuid=" + ACCOUNT, "--regid=" + ACCOUNT, "--clear-groups", "--"));
    }
    line.addAll(List.of(command));
    return line;
  }

  private static boolean root() {
    return "root".equals(System.getProperty("user.name"));
  }

  @Override
  public void close() {
    process.close();
  }
}
