package org.m2mx.ua.check;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A shell command that runs, and whatever it has started and is the parent of. */
final class StartedCommand implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StartedCommand.class.getName());

  /** How long each may take to end by itself: less than a check that is stopped has in all. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final Process process;

  private StartedCommand(Process process) {
    this.process = process;
  }

  /**
   * Starts a command, whose output is dropped.
   *
   * @param variables its environment's, beside this program's own
   */
  static StartedCommand start(String command, Map<String, String> variables) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(variables);
    return new StartedCommand(builder.start());
  }

  /** Returns the command's exit code, or empty if it has not ended within a while. */
  OptionalInt exitCode(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  /**
   * Asks all to end, and has those that do not killed. They have ended when this returns, even if
   * this thread is interrupted. Parents are told first: a shell would start its next command when
   * the one before has ended.
   */
  @Override
  public void close() {
    List<ProcessHandle> all = withDescendants(process.toHandle()).toList();
    all.forEach(ProcessHandle::destroy);
    if (haveEnded(all)) {
      return;
    }
    List<ProcessHandle> left =
        all.stream()
            .filter(ProcessHandle::isAlive)
            .flatMap(StartedCommand::withDescendants)
            .distinct()
            .toList();
    left.forEach(ProcessHandle::destroyForcibly);
    if (!haveEnded(left)) {
      LOG.log(System.Logger.Level.WARNING, "Killed, and still there: {0}", left);
    }
  }

  private static Stream<ProcessHandle> withDescendants(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants());
  }

  /** Waits for a while; an interrupt is left to whoever waits next. */
  private static boolean haveEnded(List<ProcessHandle> processes) {
    return CompletableFuture.allOf(
            processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
        .thenApply(all -> true)
        .completeOnTimeout(false, FAREWELL.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }
}
