package org.m2mx.ua.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A shell command that runs, and whatever it has started. That is known by being its descendant,
 * and where the system shows the environments of this user's processes in {@code /proc}, as Linux
 * does, by a variable with a name that occurs once: so it is also if it has gone into the
 * background by itself and is nobody's child any more. Only what has another environment by then,
 * such as a service that was there before, is not known.
 */
public final class StartedCommand implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StartedCommand.class.getName());
  private static final Path PROCESSES = Path.of("/proc");
  private static final String MARK = "M2MX_COMMAND_";

  /** How long each may take to end by itself: less than a program that is stopped has in all. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /** How long one that was killed may take: the system has to write its memory back. */
  private static final Duration DEATH = Duration.ofSeconds(2);

  /** How often it is looked who has ended. */
  private static final long LOOK_MILLIS = 50;

  private final Process process;
  private final String mark;

  private StartedCommand(Process process, String mark) {
    this.process = process;
    this.mark = mark;
  }

  /**
   * Starts a command, with a pipe as its input.
   *
   * @param variables its environment's, beside this program's own
   * @param output where its standard output goes; a pipe is {@link #output}
   * @param error where its standard error goes
   * @throws IOException if there is no shell, or no process can be started
   */
  public static StartedCommand start(
      String command, Map<String, String> variables, Redirect output, Redirect error)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", command).redirectOutput(output).redirectError(error);
    String mark = MARK + UUID.randomUUID().toString().replace("-", "");
    builder.environment().putAll(variables);
    builder.environment().put(mark, "");
    return new StartedCommand(builder.start(), mark);
  }

  /** Returns its standard input, to be written to. */
  public OutputStream input() {
    return process.getOutputStream();
  }

  /** Returns its standard output, to be read. */
  public InputStream output() {
    return process.getInputStream();
  }

  /** Returns the command's exit code, once it has ended. */
  public int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  /** Returns the command's exit code, or empty if it has not ended within a while. */
  public OptionalInt exitCode(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  /** Ends it and what it has started, within four seconds: as {@link #end} after two. */
  @Override
  public void close() {
    end(FAREWELL);
  }

  /**
   * Asks all to end (SIGTERM), and has those that do not killed (SIGKILL). They have ended when
   * this returns, even if this thread is interrupted. Parents are told first: a shell would start
   * its next command when the one before has ended. Does nothing the second time.
   *
   * @param farewell how long they may take by themselves
   */
  public void end(Duration farewell) {
    if (!haveEnded(ProcessHandle::destroy, farewell)
        && !haveEnded(ProcessHandle::destroyForcibly, DEATH)) {
      LOG.log(System.Logger.Level.WARNING, "Killed, and still there: {0}", running());
    }
  }

  /**
   * Tells each once, also what is started meanwhile, and waits for a while until all have ended.
   */
  private boolean haveEnded(Consumer<ProcessHandle> telling, Duration limit) {
    Set<ProcessHandle> told = new HashSet<>();
    Set<ProcessHandle> running = tell(told, telling);
    long begun = System.nanoTime();
    while (!running.isEmpty() && System.nanoTime() - begun < limit.toNanos()) {
      pause();
      running = tell(told, telling);
    }
    return running.isEmpty();
  }

  /** Returns those that run, each of which has been told by now. */
  private Set<ProcessHandle> tell(Set<ProcessHandle> told, Consumer<ProcessHandle> telling) {
    Set<ProcessHandle> running = running();
    running.stream().filter(told::add).forEach(telling);
    return running;
  }

  /** An interrupt is left to whoever waits next. */
  private static void pause() {
    new CompletableFuture<>().completeOnTimeout(null, LOOK_MILLIS, TimeUnit.MILLISECONDS).join();
  }

  private Set<ProcessHandle> running() {
    return Stream.concat(
            Stream.of(process.toHandle()), ProcessHandle.allProcesses().filter(this::isMarked))
        .flatMap(started -> Stream.concat(Stream.of(started), started.descendants()))
        .filter(ProcessHandle::isAlive)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private boolean isMarked(ProcessHandle other) {
    Path environment = PROCESSES.resolve(other.pid() + "/environ");
    try {
      return Files.readString(environment, StandardCharsets.ISO_8859_1).contains(mark);
    } catch (IOException e) {
      // It has ended, is another user's, or the system has no such files.
      return false;
    }
  }
}
