package org.m2mx.bench.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.m2mx.bench.BenchException;

/**
 * The heap of another Java process, looked at with {@code jcmd}.
 *
 * @param process a HotSpot JVM of the same user
 */
public record JavaHeap(ProcessHandle process) {
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+(\\d+)\\s+(\\d+)");

  /**
   * What is reachable, after a full collection.
   *
   * @return bytes
   * @throws BenchException when jcmd does not say
   */
  public long liveBytes() throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    jcmd.waitFor();
    return total(said);
  }

  static long total(String histogram) {
    Matcher total = TOTAL.matcher(histogram);
    if (!total.find()) {
      throw new BenchException(
          "jcmd gave no histogram; is this a JDK? It said: " + histogram.strip());
    }
    return Long.parseLong(total.group(2));
  }
}
