package org.m2mx.tests.install;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.m2mx.ua.testing.RunningCommand;

/** A WildFly started with {@code bin/standalone.sh}, as an operator starts it. */
final class ServerProcess extends RunningCommand {
  private final Path home;
  private final int offset;

  private ServerProcess(ProcessBuilder builder, Path home, int offset) throws IOException {
    super(builder);
    this.home = home;
    this.offset = offset;
  }

  /**
   * Starts a server and waits until it is up.
   *
   * @param home the WildFly
   * @param javaHome the Java that runs it
   * @param javaOptions replaces what {@code standalone.conf} says; empty to leave it
   * @param offset added to every port
   * @param arguments for {@code standalone.sh}
   */
  static ServerProcess start(
      Path home, Path javaHome, String javaOptions, int offset, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/standalone.sh").toString());
    command.add("-Djboss.socket.binding.port-offset=" + offset);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", javaHome.toString());
    builder.environment().put("LAUNCH_JBOSS_IN_BACKGROUND", "1");
    builder.environment().remove("JBOSS_HOME");
    if (!javaOptions.isEmpty()) {
      builder.environment().put("JAVA_OPTS", javaOptions);
    }
    ServerProcess server = new ServerProcess(builder, home, offset);
    try {
      server.awaitProgress("WFLYSRV0025");
      return server;
    } catch (AssertionError | IOException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  /** Runs the management client with one further option. */
  void cli(String option) throws IOException, InterruptedException {
    Process cli =
        new ProcessBuilder(
                home.resolve("bin/jboss-cli.sh").toString(),
                "--connect",
                "--timeout=120000",
                "--controller=127.0.0.1:" + (9990 + offset),
                option)
            .redirectErrorStream(true)
            .start();
    String said = new String(cli.getInputStream().readAllBytes());
    if (cli.waitFor() != 0) {
      throw new AssertionError("jboss-cli " + option + ": " + said + log());
    }
  }

  /** What it wrote to its console. */
  String log() throws IOException {
    return stdout() + stderr();
  }
}
