package org.m2mx.bench.data;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.machine.ProcessTree;
import org.m2mx.ua.ike.Charon;

/**
 * One end of what is measured: a Java process that does what lines tell it, and answers by lines.
 */
final class EndProcess implements AutoCloseable {
  private final Process process;
  private final BufferedWriter in;
  private final BufferedReader out;

  /**
   * Where an end is.
   *
   * @param within what stands before a command that is to run there
   * @param address its own
   * @param vici the socket of its IKE daemon, which need not be there
   */
  record Place(List<String> within, String address, Path vici) {
    /** This machine, as seen by itself. */
    static Place here() {
      return new Place(List.of(), InetAddress.getLoopbackAddress().getHostAddress(), Charon.SOCKET);
    }
  }

  EndProcess(Place place, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(place.within());
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    in = process.outputWriter(US_ASCII);
    out = process.inputReader(US_ASCII);
  }

  ProcessTree tree() {
    return new ProcessTree(process.toHandle());
  }

  void tell(String line) throws IOException {
    in.write(line + "\n");
    in.flush();
  }

  String[] answer() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new BenchException("an end of the data channel has failed; see above why");
    }
    return line.split(" ");
  }

  String[] ask(String line) throws IOException {
    tell(line);
    return answer();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
