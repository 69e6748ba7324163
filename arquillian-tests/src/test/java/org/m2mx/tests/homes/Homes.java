package org.m2mx.tests.homes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Two homes with a gateway each, and an internet with the server in between: {@code
 * src/test/homes/topology.sh} draws it.
 */
final class Homes implements AutoCloseable {
  /** The user agent of home B. */
  static final String CALLEE = "2001:db8:b::10";

  /** Where the server is. */
  static final String SERVER = "2001:db8:5::1";

  /** The ports from which the callee's machine takes those that it is not asked for by number. */
  static final int FIRST_PORT = 40_000;

  private static final int PORTS = 40;

  // How a probe ends.
  private static final int CONNECTED = 0;
  private static final int REFUSED = 1;
  private static final int TIMED_OUT = 124;

  private static final Path SCRIPTS = Path.of("src/test/homes").toAbsolutePath();

  private final String prefix = "m2mx" + ProcessHandle.current().pid();
  private final Path folder;
  private final Deque<SpaceProcess> processes = new ArrayDeque<>();

  private Homes(Path folder) {
    this.folder = folder;
  }

  /** Builds it all, and waits until the server is up. */
  static Homes build(Path folder) throws IOException, InterruptedException {
    Homes homes = new Homes(folder);
    try {
      homes.start();
      return homes;
    } catch (IOException | InterruptedException | AssertionError e) {
      homes.close();
      throw e;
    }
  }

  private void start() throws IOException, InterruptedException {
    run(SCRIPTS.resolve("topology.sh").toString(), "up", prefix);
    run(
        Stream.concat(
                within("ua-b").stream(),
                Stream.of(
                    "sysctl",
                    "-qw",
                    "net.ipv4.ip_local_port_range=" + FIRST_PORT + " " + (FIRST_PORT + PORTS - 1)))
            .toArray(String[]::new));
    SpaceProcess server = startServer();
    gateway("gw-a");
    gateway("gw-b");
    server.await("WFLYSRV0025");
  }

  private void gateway(String space) throws IOException, InterruptedException {
    start(
            space,
            "miniupnpd",
            "-d",
            "-f",
            SCRIPTS.resolve("miniupnpd.conf").toString(),
            "-P",
            folder.resolve(space + ".pid").toString())
        .await("PCP traffic on port 5351");
  }

  private SpaceProcess startServer() throws IOException {
    Path home = Path.of(System.getProperty("m2mx.server.home"));
    Path base = folder.resolve("base");
    copy(home.resolve("standalone"), base);
    return start(
        "core",
        home.resolve("bin/standalone.sh").toString(),
        "-Djboss.server.base.dir=" + base,
        "-Djava.net.preferIPv4Stack=false",
        "-Dsip.listen=tls://[" + SERVER + "]:5061",
        "-Dsip.tls.self-signed-hosts=" + SERVER,
        "-Dm2mx.account.server=[" + SERVER + "]:5061",
        "-Dm2mx.demo.accounts=" + folder.resolve("accounts"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  /** Starts {@code m2mx-ua} with a subcommand, as one of the demo's users. */
  SpaceProcess userAgent(String space, String subcommand, String user, String... options)
      throws IOException {
    Stream<String> command =
        Stream.of(
            System.getProperty("m2mx.ua"),
            subcommand,
            "--account",
            folder.resolve("accounts").resolve(user + ".json").toString());
    return start(space, Stream.concat(command, Stream.of(options)).toArray(String[]::new));
  }

  private SpaceProcess start(String space, String... command) throws IOException {
    SpaceProcess process = SpaceProcess.start(prefix + "-" + space, List.of(command));
    processes.push(process);
    return process;
  }

  private List<String> within(String space) {
    return List.of("ip", "netns", "exec", prefix + "-" + space);
  }

  /** What becomes of a packet. */
  enum Fate {
    /** It came to the machine, which has answered, be it with a refusal. */
    ARRIVES,
    /** There was no answer. */
    DROPPED,
  }

  /** Has a machine ask for a TCP connection to the callee. */
  Fate probe(String space, int port) throws IOException, InterruptedException {
    return fate(startProbe(space, port));
  }

  /** Has a machine ask the callee for a connection to every port that the callee may choose. */
  Set<Fate> probeAll(String space) throws IOException, InterruptedException {
    List<Process> probes = new ArrayList<>();
    for (int port = FIRST_PORT; port < FIRST_PORT + PORTS; port++) {
      probes.add(startProbe(space, port));
    }
    Set<Fate> fates = EnumSet.noneOf(Fate.class);
    for (Process probe : probes) {
      fates.add(fate(probe));
    }
    return fates;
  }

  private Process startProbe(String space, int port) throws IOException {
    String connect = "exec 3<>/dev/tcp/" + CALLEE + "/" + port;
    return new ProcessBuilder(
            Stream.concat(
                    within(space).stream(), Stream.of("timeout", "0.7", "bash", "-c", connect))
                .toList())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static Fate fate(Process probe) throws InterruptedException {
    return switch (probe.waitFor()) {
      case CONNECTED, REFUSED -> Fate.ARRIVES;
      case TIMED_OUT -> Fate.DROPPED;
      default -> throw new AssertionError("a probe ended with " + probe.exitValue());
    };
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + said);
    }
  }

  /** Ends all processes and removes the namespaces. */
  @Override
  public void close() throws IOException {
    try {
      while (!processes.isEmpty()) {
        processes.pop().close();
      }
    } finally {
      try {
        run(SCRIPTS.resolve("topology.sh").toString(), "down", prefix);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
