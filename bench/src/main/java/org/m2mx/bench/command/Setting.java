package org.m2mx.bench.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.report.Machine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What every measurement is told. */
public final class Setting {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  @Spec(Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--server",
      paramLabel = "FOLDER",
      required = true,
      description = "The prepared WildFly; ./m2mx bench gives the one it has built.")
  private Path server;

  @Option(
      names = "--work",
      paramLabel = "FOLDER",
      required = true,
      description = "Where databases and logs go; emptied first. ./m2mx bench gives target/bench.")
  private Path work;

  @Option(
      names = "--offset",
      paramLabel = "NUMBER",
      defaultValue = "6000",
      description = "Added to every port (default: ${DEFAULT-VALUE}).")
  private int offset;

  @Option(
      names = "--rounds",
      paramLabel = "NUMBER",
      defaultValue = "2",
      description = "How often each server is measured, in turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "NUMBER",
      defaultValue = "5",
      description = "How long each load lasts (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--accounts",
      paramLabel = "NUMBER",
      defaultValue = "10000",
      description = "How many subscribers there are (default: ${DEFAULT-VALUE}).")
  private int accounts;

  @Option(
      names = "--only",
      paramLabel = "SERVER",
      description = "Measure this server alone: m2mx or kamailio.")
  private String only;

  @Option(
      names = "--java-option",
      paramLabel = "OPTION",
      description =
          "For the server's JVM, such as -Xmx8g; may be given more than once. With G1:"
              + " --java-option -XX:-UseParallelGC --java-option -XX:+UseG1GC.")
  private List<String> javaOptions = new ArrayList<>();

  @Option(
      names = "--apart",
      description =
          "Give the servers the first half of the processors, and the database and the load the"
              + " other half: what the load costs is then not missing from the rates.")
  private boolean apart;

  /**
   * Checks what was given and empties the work folder.
   *
   * @throws BenchException when a value cannot be used
   */
  void prepare() throws IOException {
    if (rounds < 1 || seconds < 1 || accounts < 2) {
      throw new BenchException("--rounds and --seconds are at least 1, --accounts at least 2");
    }
    if (offset < 0 || offset > 50000) {
      throw new BenchException("--offset " + offset + ": give 0 to 50000");
    }
    if (only != null && !measures("m2mx") && !measures("kamailio")) {
      throw new BenchException("--only " + only + ": give m2mx or kamailio");
    }
    if (apart && PROCESSORS < 2) {
      throw new BenchException("--apart needs two processors or more");
    }
    work = work.toAbsolutePath().normalize();
    if (Files.exists(work)) {
      try (Stream<Path> files = Files.walk(work)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    Files.createDirectories(work);
  }

  Path server() {
    return server.toAbsolutePath().normalize();
  }

  Path work() {
    return work;
  }

  int offset() {
    return offset;
  }

  int rounds() {
    return rounds;
  }

  int seconds() {
    return seconds;
  }

  int accounts() {
    return accounts;
  }

  /** Has no fewer accounts than a measurement needs. */
  void needsAccounts(int least) {
    accounts = Math.max(accounts, least);
  }

  List<String> javaOptions() {
    return javaOptions;
  }

  /** Whether the servers are measured on processors of their own. */
  boolean apart() {
    return apart;
  }

  /** Those of the servers, where these are {@link #apart}. */
  String serversProcessors() {
    return "0-" + (PROCESSORS / 2 - 1);
  }

  /** Those of everything else, where the servers are {@link #apart}. */
  String otherProcessors() {
    return PROCESSORS / 2 + "-" + (PROCESSORS - 1);
  }

  boolean measures(String name) {
    return only == null || only.equalsIgnoreCase(name);
  }

  /** Tells whoever watches what goes on. */
  void progress(String format, Object... arguments) {
    PrintWriter err = command.commandLine().getErr();
    err.printf(format + "%n", arguments);
    err.flush();
  }

  /** Prints a result, with the machine it is of. */
  void result(Object table) throws IOException {
    PrintWriter out = command.commandLine().getOut();
    out.println(Machine.describe(LocalDate.now()));
    out.println();
    out.println(table);
    out.flush();
  }
}
