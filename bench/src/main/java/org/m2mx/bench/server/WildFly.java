package org.m2mx.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.m2mx.bench.BenchException;

/**
 * The prepared WildFly, which is started from copies of its {@code standalone}.
 *
 * @param home its folder
 */
record WildFly(Path home) {
  static final String EAR = "deployments/m2mx.ear";

  /** As docs/operators/install.md has it for a busy server. */
  private static final String SIZING =
      "-Xms4g -Xmx4g -XX:+AlwaysPreTouch -XX:+UseTransparentHugePages -XX:+UseParallelGC";

  /**
   * Checks that m2mx is in it.
   *
   * @throws BenchException when it is not
   */
  WildFly {
    if (!Files.exists(home.resolve("standalone").resolve(EAR))) {
      throw new BenchException(
          "There is no server in " + home + ": run ./m2mx bench, it builds one");
    }
  }

  /** Copies its {@code standalone}. */
  void copyTo(Path base) throws IOException {
    Path prepared = home.resolve("standalone");
    try (Stream<Path> files = Files.walk(prepared)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = base.resolve(prepared.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  /**
   * The command that starts it.
   *
   * @param base the copy
   * @param offset added to every port
   * @param javaOptions further options for the JVM
   * @param properties more for the command line
   */
  ProcessBuilder command(Path base, int offset, List<String> javaOptions, List<String> properties) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/standalone.sh").toString());
    command.add("-Djboss.server.base.dir=" + base);
    command.add("-Djboss.socket.binding.port-offset=" + offset);
    // All of the load comes from this machine.
    command.add("-Dsip.max-connections-per-source=0");
    command.addAll(properties);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LAUNCH_JBOSS_IN_BACKGROUND", "1");
    // The table names the Java that this runs on, so that is what the server runs on.
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JBOSS_HOME", home.toString());
    builder.environment().put("JBOSS_JAVA_SIZING", SIZING + " " + String.join(" ", javaOptions));
    return builder;
  }

  /**
   * Starts it and waits until all of it runs.
   *
   * @throws BenchException when it does not start
   */
  static ServerProcess launch(String name, ProcessBuilder command, Path base)
      throws IOException, InterruptedException {
    ServerProcess launched =
        new ServerProcess(name, command, base.resolve("log").resolve("console.log"));
    launched.await(() -> launched.said("WFLYSRV0025") || launched.said("WFLYSRV0026"));
    if (launched.said("WFLYSRV0026")) {
      launched.close();
      throw new BenchException(
          name + " started with errors: see " + base.resolve("log/server.log"));
    }
    return launched;
  }
}
