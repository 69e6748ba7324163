package org.m2mx.tests.homes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process in one of the network namespaces. */
final class SpaceProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path stdout;
  private final Path stderr;

  private SpaceProcess(Process process, Path stdout, Path stderr) {
    this.process = process;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** Starts a process whose process id is that of the command itself. */
  static SpaceProcess start(String space, List<String> command) throws IOException {
    List<String> within = new ArrayList<>(List.of("ip", "netns", "exec", space));
    within.addAll(command);
    Path stdout = Files.createTempFile("homes", ".out");
    Path stderr = Files.createTempFile("homes", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(within).redirectOutput(stdout.toFile()).redirectError(stderr.toFile());
    builder.environment().put("LAUNCH_JBOSS_IN_BACKGROUND", "1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("JBOSS_HOME");
    return new SpaceProcess(builder.start(), stdout, stderr);
  }

  /** Writes to its standard input, which stays open. */
  void type(String text) throws IOException {
    OutputStream stdin = process.getOutputStream();
    stdin.write(text.getBytes(UTF_8));
    stdin.flush();
  }

  /** Ends its standard input. */
  void endInput() throws IOException {
    process.getOutputStream().close();
  }

  /** Waits until it has said something on either stream. */
  void await(String text) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!stdout().contains(text) && !stderr().contains(text)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("never said '" + text + "' but: " + stdout() + stderr());
      }
      Thread.sleep(50);
    }
  }

  /** Waits for its end. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still running after " + PATIENCE);
    }
    return process.exitValue();
  }

  String stdout() throws IOException {
    return Files.readString(stdout, UTF_8);
  }

  String stderr() throws IOException {
    return Files.readString(stderr, UTF_8);
  }

  /** Ends it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Ends it as Ctrl-C does, and waits. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      kill();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(stdout);
    Files.deleteIfExists(stderr);
  }
}
