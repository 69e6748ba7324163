package org.m2mx.ua.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command that runs beside the test, and what it has said so far. */
public class RunningCommand implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(300);
  private static final Duration FAREWELL = Duration.ofSeconds(120);

  private final Process process;
  private final Path stdout;
  private final Path stderr;

  /**
   * Starts a command.
   *
   * @param builder what to start; its output is redirected
   */
  protected RunningCommand(ProcessBuilder builder) throws IOException {
    this.stdout = Files.createTempFile("command", ".out");
    this.stderr = Files.createTempFile("command", ".err");
    this.process = builder.redirectOutput(stdout.toFile()).redirectError(stderr.toFile()).start();
  }

  /** Starts a command by the Java of this test, where it is one of Java. */
  public static RunningCommand start(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    // Its launcher then ends WildFly with itself.
    builder.environment().put("LAUNCH_JBOSS_IN_BACKGROUND", "1");
    builder.environment().remove("JBOSS_HOME");
    return new RunningCommand(builder);
  }

  /** Writes to its standard input, which stays open. */
  public final void type(String text) throws IOException {
    OutputStream stdin = process.getOutputStream();
    stdin.write(text.getBytes(UTF_8));
    stdin.flush();
  }

  /** Writes to its standard input, and ends that. */
  public final void type(byte[] input) throws IOException {
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input);
    }
  }

  /** Ends its standard input. */
  public final void endInput() throws IOException {
    process.getOutputStream().close();
  }

  /** Waits until it has said something on either stream. */
  public final void awaitProgress(String text) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!stdout().contains(text) && !stderr().contains(text)) {
      if (!process.isAlive() && !stdout().contains(text) && !stderr().contains(text)) {
        throw new AssertionError("ended without '" + text + "' but: " + stderr() + stdout());
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("never said '" + text + "' but: " + stderr() + stdout());
      }
      Thread.sleep(50);
    }
  }

  /** Waits until it has made a file. */
  public final void awaitListening(Path socket) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isListening(socket)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("nobody at " + socket + " but: " + stderr() + stdout());
      }
      Thread.sleep(50);
    }
  }

  private static boolean isListening(Path socket) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Waits for its end. */
  public final int exitCode() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still running after " + PATIENCE + ": " + stderr() + stdout());
    }
    return process.exitValue();
  }

  /** What it has said on standard output, as text; what is none is replaced. */
  public final String stdout() throws IOException {
    return new String(Files.readAllBytes(stdout), UTF_8);
  }

  /** What it has said on standard output. */
  public final byte[] stdoutBytes() throws IOException {
    return Files.readAllBytes(stdout);
  }

  /** How many octets it has said on standard output. */
  public final long stdoutLength() throws IOException {
    return Files.size(stdout);
  }

  /** What it has said on standard error, as text; what is none is replaced. */
  public final String stderr() throws IOException {
    return new String(Files.readAllBytes(stderr), UTF_8);
  }

  /** Its number. */
  public final long pid() {
    return process.pid();
  }

  /** Has it stand still, until {@link #resume}. */
  public final void suspend() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Has it go on. */
  public final void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).start();
    if (kill.waitFor() != 0) {
      throw new IOException("kill -" + name + " " + pid() + " ended with " + kill.exitValue());
    }
  }

  /** Ends it as {@code kill -9} does, with what it has started. */
  public final void kill() throws InterruptedException {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly().waitFor();
    started.forEach(ProcessHandle::destroyForcibly);
    started.forEach(child -> child.onExit().join());
  }

  /** Ends it as Ctrl-C does, and waits. */
  public final void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(FAREWELL.toSeconds(), TimeUnit.SECONDS)) {
      kill();
    }
  }

  @Override
  public final void close() throws IOException {
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(stdout);
    Files.deleteIfExists(stderr);
  }
}
