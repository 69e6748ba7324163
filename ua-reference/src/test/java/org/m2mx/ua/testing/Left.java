package org.m2mx.ua.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Processes that do not want to end, and what is left of them. */
public final class Left {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private Left() {}

  /**
   * Returns a shell command that starts one in the background that is nobody's child, and then
   * turns into another. Neither ends when asked to, and both write their numbers to a file.
   */
  public static String stubborn(Path numbers) {
    String loop = "trap \"\" TERM; echo $$ >>\"" + numbers + "\"; while :; do sleep 1; done";
    return "(setsid /bin/sh -c '" + loop + "' </dev/null >/dev/null 2>&1 &); " + loop;
  }

  /** Waits until both have written their numbers, and returns these. */
  public static List<Long> awaitNumbers(Path numbers) throws IOException {
    await()
        .atMost(PATIENCE)
        .until(() -> Files.exists(numbers) && Files.readAllLines(numbers).size() == 2);
    return Files.readAllLines(numbers).stream().map(Long::valueOf).toList();
  }

  /** Says whether a process runs, and is not only remembered by a parent that does not look. */
  public static boolean isRunning(long pid) {
    try {
      return !Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }
  }
}
