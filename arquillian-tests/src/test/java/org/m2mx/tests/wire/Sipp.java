package org.m2mx.tests.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Debian's SIPp, playing one scenario once: a SIP client that nobody here wrote. */
public final class Sipp implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/sipp");
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Process process;
  private final Path folder;
  private final String scenario;

  private Sipp(Process process, Path folder, String scenario) {
    this.process = process;
    this.folder = folder;
    this.scenario = scenario;
  }

  /** Whether it is there. */
  public static boolean isInstalled() {
    return Files.isExecutable(PROGRAM);
  }

  /**
   * Begins to play.
   *
   * @param folder its own, for what it writes; made
   * @param scenario an XML file
   * @param tcp rather than UDP
   * @param local where it sends from and listens, with its port
   * @param server where it sends to
   * @param more further arguments
   */
  public static Sipp play(
      Path folder,
      Path scenario,
      boolean tcp,
      InetSocketAddress local,
      InetSocketAddress server,
      String... more)
      throws IOException {
    Files.createDirectories(folder);
    List<String> command =
        new ArrayList<>(
            List.of(
                PROGRAM.toString(),
                literal(server.getAddress()) + ":" + server.getPort(),
                "-sf",
                scenario.toAbsolutePath().toString(),
                "-t",
                tcp ? "t1" : "u1",
                "-i",
                literal(local.getAddress()),
                "-p",
                Integer.toString(local.getPort()),
                "-m",
                "1",
                "-nostdin",
                "-trace_err",
                "-error_file",
                "errors",
                "-timeout",
                PATIENCE.toSeconds() + "s",
                "-timeout_error"));
    command.addAll(List.of(more));
    return new Sipp(
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("screen").toFile())
            .start(),
        folder,
        scenario.getFileName().toString());
  }

  /** An address as it stands in a URI. */
  public static String literal(InetAddress address) {
    String text = address.getHostAddress();
    return text.contains(":") ? '[' + text + ']' : text;
  }

  /** Waits until it listens. */
  public Sipp awaitListening(boolean tcp, int port) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isListening(tcp ? "tcp" : "udp", port)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError(scenario + " does not listen: " + told());
      }
      Thread.sleep(20);
    }
    return this;
  }

  /** Asks the system: to connect would be a call to SIPp. */
  private static boolean isListening(String transport, int port) throws IOException {
    String local = ":%04X".formatted(port).toUpperCase(Locale.ROOT);
    for (String table : List.of(transport, transport + "6")) {
      for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
        String[] fields = line.strip().split("\\s+");
        if (fields.length > 2 && fields[1].endsWith(local)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Waits for the scenario's end, which has to be the one that is written down. */
  public void awaitSuccess() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds() + 10, TimeUnit.SECONDS)) {
      throw new AssertionError(scenario + " does not end: " + told());
    }
    if (process.exitValue() != 0) {
      throw new AssertionError(scenario + " ended with " + process.exitValue() + ": " + told());
    }
  }

  private String told() throws IOException {
    Path errors = folder.resolve("errors");
    return Files.readString(Files.exists(errors) ? errors : folder.resolve("screen"));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
