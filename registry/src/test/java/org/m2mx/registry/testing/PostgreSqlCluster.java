package org.m2mx.registry.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A throw-away PostgreSQL from the machine's own binaries, on a loopback port, gone when the tests
 * are. Its locale is English, not C, so that what relies on comparing by code point has to say so.
 */
public final class PostgreSqlCluster {
  private static final Path INSTALLATIONS = Path.of("/usr/lib/postgresql");
  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final int MOST_TRIES = 3;
  private static final String SUPERUSER = "m2mx";

  private final int port;

  private PostgreSqlCluster(int port) {
    this.port = port;
  }

  /**
   * Starts a cluster, or skips the test with the reason when there is no PostgreSQL server to
   * start.
   */
  public static PostgreSqlCluster start() {
    var binaries = binaries();
    assumeTrue(
        !binaries.isEmpty(),
        "no PostgreSQL server in " + INSTALLATIONS + "/*/bin: apt-get install postgresql");
    try {
      return start(binaries.get(binaries.size() - 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  DataSource database() {
    var database = new PGSimpleDataSource();
    database.setURL(url());
    database.setUser(SUPERUSER);
    return database;
  }

  /** The role that owns everything. */
  public String user() {
    return SUPERUSER;
  }

  /** Where to connect, as {@link #user()}, with any password. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  private static PostgreSqlCluster start(Path binaries) throws IOException {
    var folder = Files.createTempDirectory("m2mx-postgresql");
    if (root()) {
      Files.setOwner(
          folder,
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
    }
    var data = folder.resolve("data").toString();
    run(
        folder,
        List.of(
            binaries.resolve("initdb").toString(),
            "--pgdata=" + data,
            "--username=" + SUPERUSER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--locale-provider=icu",
            "--icu-locale=en",
            "--no-sync"));
    for (int tries = 1; true; tries++) {
      var cluster = new PostgreSqlCluster(freePort());
      var server = cluster.serve(binaries, folder, data);
      try {
        cluster.awaitConnections(server, folder);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, folder)));
        return cluster;
      } catch (IOException e) {
        // Somebody else may have got the port meanwhile.
        if (server.isAlive() || tries == MOST_TRIES) {
          stop(server, folder);
          throw e;
        }
      }
    }
  }

  private Process serve(Path binaries, Path folder, String data) throws IOException {
    return builder(
            folder,
            List.of(
                binaries.resolve("postgres").toString(),
                "-D",
                data,
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=off"))
        .start();
  }

  private void awaitConnections(Process server, Path folder) throws IOException {
    var limit = Instant.now().plus(START_LIMIT);
    while (true) {
      try {
        DriverManager.getConnection(url(), SUPERUSER, "").close();
        return;
      } catch (SQLException e) {
        if (!server.isAlive() || Instant.now().isAfter(limit)) {
          throw new IOException("PostgreSQL did not start:\n" + log(folder), e);
        }
        pause();
      }
    }
  }

  private static void stop(Process server, Path folder) {
    server.destroy();
    try {
      server.waitFor();
      try (var files = Files.walk(folder)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void run(Path folder, List<String> command) throws IOException {
    try {
      if (builder(folder, command).start().waitFor() != 0) {
        throw new IOException(command.get(0) + " failed:\n" + log(folder));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  // PostgreSQL refuses to run as root; setpriv replaces itself by the server, so that the process
  // is the server's own.
  private static ProcessBuilder builder(Path folder, List<String> command) {
    var line = new ArrayList<String>();
    if (root()) {
      line.addAll(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
    }
    line.addAll(command);
    return new ProcessBuilder(line)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
  }

  private static List<Path> binaries() {
    if (!Files.isDirectory(INSTALLATIONS)) {
      return List.of();
    }
    try (var versions = Files.list(INSTALLATIONS)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean root() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static String log(Path folder) throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
