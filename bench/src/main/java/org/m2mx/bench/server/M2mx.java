package org.m2mx.bench.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.machine.JavaHeap;
import org.m2mx.bench.machine.ProcessTree;

/** m2mx as it is delivered, on PostgreSQL, with a UDP listener for the load beside the TLS one. */
public final class M2mx implements SipServer {
  private static final String DATABASE = "m2mx";
  private static final int UDP_PORT = 5060;
  private static final int TLS_PORT = 5061;
  private static final int HTTPS_PORT = 8443;

  private static final Pattern ONE_TIME_PASSWORD =
      Pattern.compile("with the one-time password (\\S+)");

  private final ProcessBuilder command;
  private final Path base;
  private final Path data;
  private final int offset;
  private final DataSource database;
  private ServerProcess process;

  private M2mx(ProcessBuilder command, Path base, int offset, DataSource database) {
    this.command = command;
    this.base = base;
    this.data = data(base);
    this.offset = offset;
    this.database = database;
  }

  /**
   * Makes its database, opens accounts and starts it.
   *
   * @param home the prepared WildFly
   * @param base where its configuration, data and logs go; made anew
   * @param database where its bindings go
   * @param offset added to every port
   * @param accounts how many, from number 0; see {@link org.m2mx.bench.load.Device#number}
   * @param javaOptions further options for the JVM
   * @throws BenchException when it does not start
   */
  public static M2mx start(
      Path home, Path base, PostgreSql database, int offset, int accounts, List<String> javaOptions)
      throws IOException, InterruptedException, SQLException {
    WildFly wildFly = new WildFly(home);
    wildFly.copyTo(base);
    Path data = data(base);
    Files.createDirectories(
        data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Accounts.open(database.create(DATABASE), data.resolve("registry.key"), accounts);
    ProcessBuilder builder =
        wildFly.command(
            base,
            offset,
            javaOptions,
            List.of(
                "-Dm2mx.database.driver=postgresql",
                "-Dm2mx.database.url=" + database.url(DATABASE) + "?reWriteBatchedInserts=true",
                "-Dm2mx.database.user=" + database.role(),
                "-Dsip.listen=tls://127.0.0.1:" + TLS_PORT + ",udp://127.0.0.1:" + UDP_PORT));
    M2mx server = new M2mx(builder, base, offset, database.database(DATABASE));
    server.launch();
    return server;
  }

  private void launch() throws IOException, InterruptedException {
    process = WildFly.launch("m2mx", command, base);
  }

  /**
   * Starts it again once it has stopped; returns when all of it runs.
   *
   * @param stopped runs in between
   * @throws BenchException when it does not start
   */
  public void restart(Runnable stopped) throws IOException, InterruptedException {
    process.close();
    stopped.run();
    launch();
  }

  private static Path data(Path base) {
    return base.resolve("data/m2mx");
  }

  @Override
  public String name() {
    return "m2mx";
  }

  @Override
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), UDP_PORT + offset);
  }

  /** Where it listens for TLS. */
  public InetSocketAddress tlsAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), TLS_PORT + offset);
  }

  /** The certificate it has made for itself, PEM. */
  public Path certificate() {
    return data.resolve("tls/certificate.pem");
  }

  /** Where the console is, ending in a slash. */
  public URI console() {
    return URI.create("https://localhost:" + (HTTPS_PORT + offset) + "/console/");
  }

  /** With the certificate that the console's listener makes for itself at the first handshake. */
  public Path consoleKeyStore() {
    return base.resolve("configuration/application.keystore");
  }

  /**
   * The first administrator's, as the log shows it once.
   *
   * @throws BenchException when it does not
   */
  public String oneTimePassword() {
    return process
        .find(ONE_TIME_PASSWORD)
        .orElseThrow(() -> new BenchException("The server's log shows no one-time password"));
  }

  /** Its database. */
  public DataSource database() {
    return database;
  }

  @Override
  public ProcessTree tree() {
    return process.tree();
  }

  /** The JVM itself, beneath the script that started it. */
  public ProcessHandle java() {
    return process.java();
  }

  @Override
  public long dataBytes() throws IOException, InterruptedException {
    return new JavaHeap(java()).liveBytes();
  }

  @Override
  public void close() {
    process.close();
  }
}
