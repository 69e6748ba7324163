package org.m2mx.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.machine.ProcessTree;

/** A server that was started for a measurement and ends with it. */
final class ServerProcess implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final long LOOK_UP_MILLIS = 100;

  private final String name;
  private final Process process;
  private final Path log;

  /**
   * Starts a server.
   *
   * @param name for messages
   * @param builder the command
   * @param log where its output goes
   */
  ServerProcess(String name, ProcessBuilder builder, Path log) throws IOException {
    this.name = name;
    this.log = log;
    Files.createDirectories(log.toAbsolutePath().getParent());
    this.process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
  }

  /**
   * Waits until it serves.
   *
   * @throws BenchException when it ends instead, or takes more than two minutes
   */
  void await(BooleanSupplier serving) throws InterruptedException {
    long limit = System.nanoTime() + PATIENCE_NANOS;
    while (!serving.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() - limit > 0) {
        throw new BenchException(name + " does not start: see " + log);
      }
      Thread.sleep(LOOK_UP_MILLIS);
    }
  }

  boolean said(String text) {
    return output().contains(text);
  }

  /** The first group of a pattern where it first occurs in what the server has said. */
  Optional<String> find(Pattern pattern) {
    Matcher found = pattern.matcher(output());
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  private String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new BenchException("The output of " + name + " cannot be read: " + e, e);
    }
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** The JVM itself, beneath the script that started it. */
  ProcessHandle java() {
    return handle()
        .descendants()
        .filter(child -> child.info().command().filter(c -> c.endsWith("java")).isPresent())
        .findFirst()
        .orElseThrow(() -> new BenchException("The JVM of " + name + " is gone"));
  }

  ProcessTree tree() {
    return new ProcessTree(handle());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Runs a command to its end. */
  static void run(Path log, List<String> command) throws IOException, InterruptedException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    Process process =
        new ProcessBuilder(command)
            .directory(log.toAbsolutePath().getParent().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    if (process.waitFor() != 0) {
      throw new BenchException(String.join(" ", command) + " failed: see " + log);
    }
  }
}
