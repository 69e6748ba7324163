package org.m2mx.bench.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.m2mx.bench.BenchException;

/**
 * A process and its descendants, as Linux accounts for them in {@code /proc}.
 *
 * @param root the process they all come from
 */
public record ProcessTree(ProcessHandle root) {
  /** USER_HZ, the unit of times in /proc: fixed in the kernel's interface on every platform. */
  private static final long TICK_MICROS = 10_000;

  /** utime, stime, and those two of children that have ended: the first of four fields. */
  private static final int UTIME = 11;

  private static final int TIMES = 4;

  /**
   * Processor time spent so far, user and system.
   *
   * @return microseconds
   */
  public long cpuMicros() {
    return processes().mapToLong(ProcessTree::cpuMicros).sum();
  }

  /**
   * Processor time of this process's children that have ended, user and system.
   *
   * @return microseconds
   */
  public static long endedChildrenMicros() {
    return read(ProcessHandle.current(), "stat").stream()
        .findFirst()
        .map(stat -> micros(stat, UTIME + 2, UTIME + TIMES))
        .orElse(0L);
  }

  /**
   * Memory, with what several share counted once (PSS).
   *
   * @return KiB
   */
  public long memoryKib() {
    return processes().mapToLong(ProcessTree::pssKib).sum();
  }

  /**
   * Keeps them to some processors, and what they start from now on.
   *
   * @param processors numbers, as {@code taskset --cpu-list} takes them
   * @throws BenchException when they cannot be kept there
   */
  public void keepTo(String processors) throws IOException, InterruptedException {
    for (ProcessHandle process : processes().toList()) {
      keep(process, processors);
    }
  }

  /**
   * Keeps one process to some processors.
   *
   * @param processors numbers, as {@code taskset --cpu-list} takes them
   * @throws BenchException when it cannot be kept there
   */
  public static void keep(ProcessHandle process, String processors)
      throws IOException, InterruptedException {
    Process taskset =
        new ProcessBuilder(
                "taskset",
                "--all-tasks",
                "--cpu-list",
                "--pid",
                processors,
                Long.toString(process.pid()))
            .redirectErrorStream(true)
            .start();
    String said = new String(taskset.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (taskset.waitFor() != 0 && process.isAlive()) {
      throw new BenchException("Process " + process.pid() + " not kept apart: " + said.strip());
    }
  }

  private Stream<ProcessHandle> processes() {
    return Stream.concat(Stream.of(root), root.descendants());
  }

  private static long cpuMicros(ProcessHandle process) {
    return read(process, "stat").stream().findFirst().map(ProcessTree::cpuMicros).orElse(0L);
  }

  /** The line of /proc/PID/stat; the second field is a name in brackets that may hold anything. */
  static long cpuMicros(String stat) {
    return micros(stat, UTIME, UTIME + TIMES);
  }

  private static long micros(String stat, int from, int to) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Arrays.stream(fields, from, to).mapToLong(Long::parseLong).sum() * TICK_MICROS;
  }

  private static long pssKib(ProcessHandle process) {
    return pssKib(read(process, "smaps_rollup"));
  }

  static long pssKib(List<String> smapsRollup) {
    return smapsRollup.stream()
        .filter(line -> line.startsWith("Pss:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private static List<String> read(ProcessHandle process, String file) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), file));
    } catch (NoSuchFileException ended) {
      return List.of();
    } catch (IOException e) {
      if (!process.isAlive()) {
        return List.of();
      }
      throw new UncheckedIOException(e);
    }
  }
}
