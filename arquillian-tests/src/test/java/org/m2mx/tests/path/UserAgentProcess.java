package org.m2mx.tests.path;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code m2mx-ua} as a user starts it, a process of its own. */
public final class UserAgentProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path stdout;
  private final Path stderr;

  private UserAgentProcess(Process process, Path stdout, Path stderr) {
    this.process = process;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** Starts it; it is the one that the build made. */
  public static UserAgentProcess start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(System.getProperty("m2mx.ua")));
    command.addAll(List.of(arguments));
    Path stdout = Files.createTempFile("m2mx-ua", ".out");
    Path stderr = Files.createTempFile("m2mx-ua", ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile())
            .start();
    return new UserAgentProcess(process, stdout, stderr);
  }

  /** Writes to its standard input, and ends that. */
  public void type(byte[] input) throws IOException {
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input);
    }
  }

  /** Waits until it has said something on standard error. */
  public void awaitProgress(String text) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!stderr().contains(text)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("never said '" + text + "' but: " + stderr() + stdout());
      }
      Thread.sleep(50);
    }
  }

  /** Waits for its end. */
  public int exitCode() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still running after " + PATIENCE + ": " + stderr() + stdout());
    }
    return process.exitValue();
  }

  /** What it has said on standard output, as text. */
  public String stdout() throws IOException {
    return Files.readString(stdout, UTF_8);
  }

  /** What it has said on standard output. */
  public byte[] stdoutBytes() throws IOException {
    return Files.readAllBytes(stdout);
  }

  /** What it has said on standard error. */
  public String stderr() throws IOException {
    return Files.readString(stderr, UTF_8);
  }

  /** Interrupts it as Ctrl-C does, and waits. */
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.delete(stdout);
    Files.delete(stderr);
  }
}
