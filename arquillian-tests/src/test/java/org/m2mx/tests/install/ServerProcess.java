package org.m2mx.tests.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A WildFly started with {@code bin/standalone.sh}, as an operator starts it. */
final class ServerProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Process process;
  private final Path home;
  private final Path output;
  private final int offset;

  private ServerProcess(Process process, Path home, Path output, int offset) {
    this.process = process;
    this.home = home;
    this.output = output;
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
    Path output = Files.createTempFile("server", ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", javaHome.toString());
    builder.environment().put("LAUNCH_JBOSS_IN_BACKGROUND", "1");
    builder.environment().remove("JBOSS_HOME");
    if (!javaOptions.isEmpty()) {
      builder.environment().put("JAVA_OPTS", javaOptions);
    }
    Process process = builder.redirectOutput(output.toFile()).start();
    ServerProcess server = new ServerProcess(process, home, output, offset);
    server.await("WFLYSRV0025");
    return server;
  }

  /** Runs the management client with one further option. */
  void cli(String option) throws IOException, InterruptedException {
    Process cli =
        new ProcessBuilder(
                home.resolve("bin/jboss-cli.sh").toString(),
                "--connect",
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
    return Files.readString(output);
  }

  private void await(String text) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!log().contains(text)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        String said = log();
        close();
        throw new AssertionError("the server never said " + text + " but: " + said);
      }
      Thread.sleep(200);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.delete(output);
  }
}
