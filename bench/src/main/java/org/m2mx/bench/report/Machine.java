package org.m2mx.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;

/** What was measured on, for the line above a table. */
public final class Machine {
  private Machine() {}

  /** Date, processor, memory, kernel and Java, in one line. */
  public static String describe(LocalDate today) throws IOException {
    return "%s, %d x %s, %s, Linux %s, Java %s"
        .formatted(
            today,
            Runtime.getRuntime().availableProcessors(),
            field("/proc/cpuinfo", "model name"),
            field("/proc/meminfo", "MemTotal"),
            System.getProperty("os.version"),
            Runtime.version());
  }

  private static String field(String file, String name) throws IOException {
    return Files.readAllLines(Path.of(file)).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown " + name);
  }
}
