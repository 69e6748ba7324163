package org.m2mx.bench.data;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.machine.ProcessTree;
import org.m2mx.ua.sdp.DataProtocol;

/** Two processes with a data channel between them, which can be opened again and again. */
public final class ChannelPair implements AutoCloseable {
  private final End sender;
  private final End receiver;

  private ChannelPair(End sender, End receiver) {
    this.sender = sender;
    this.receiver = receiver;
  }

  /**
   * Starts both.
   *
   * @param work a folder for their devices
   */
  public static ChannelPair start(Path work) throws IOException {
    return new ChannelPair(new End(work.resolve("sender")), new End(work.resolve("receiver")));
  }

  /**
   * Sends zeroes from one to the other.
   *
   * @param protocol what the channel speaks
   * @param bytes how many
   * @return what came of it
   * @throws BenchException if an end has failed
   */
  public Run run(DataProtocol protocol, long bytes) throws IOException {
    int from = Integer.parseInt(sender.ask("listen " + protocol.name())[1]);
    int to = Integer.parseInt(receiver.ask("listen " + protocol.name())[1]);
    long cpu = cpuMicros();
    receiver.tell("receive " + from + " " + sender.fingerprint);
    sender.tell("send " + to + " " + receiver.fingerprint + " " + bytes);
    sender.answer();
    String[] received = receiver.answer();
    return new Run(Long.parseLong(received[1]), Long.parseLong(received[2]), cpuMicros() - cpu);
  }

  private long cpuMicros() {
    return sender.tree().cpuMicros() + receiver.tree().cpuMicros();
  }

  @Override
  public void close() {
    sender.close();
    receiver.close();
  }

  /** One process. */
  private static final class End implements AutoCloseable {
    private final Process process;
    private final BufferedWriter in;
    private final BufferedReader out;
    private final String fingerprint;

    End(Path device) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  DataEnd.class.getName(),
                  device.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      in = process.outputWriter(US_ASCII);
      out = process.inputReader(US_ASCII);
      fingerprint = answer()[0];
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
}
