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
import java.util.function.LongSupplier;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.machine.ProcessTree;
import org.m2mx.ua.ike.Charon;
import org.m2mx.ua.sdp.DataProtocol;

/** Two processes with a data channel between them, which can be opened again and again. */
public final class ChannelPair implements AutoCloseable {
  private final End sender;
  private final End receiver;
  private final LongSupplier daemonsMicros;
  private int runs;

  private ChannelPair(End sender, End receiver, LongSupplier daemonsMicros) {
    this.sender = sender;
    this.receiver = receiver;
    this.daemonsMicros = daemonsMicros;
  }

  /**
   * Starts both.
   *
   * @param work a folder for their devices
   */
  public static ChannelPair start(Path work) throws IOException {
    Place here =
        new Place(List.of(), InetAddress.getLoopbackAddress().getHostAddress(), Charon.SOCKET);
    return new ChannelPair(
        new End(work.resolve("sender"), here), new End(work.resolve("receiver"), here), () -> 0);
  }

  /**
   * Starts each on a machine of its own, whose IKE daemon's processor time counts, too.
   *
   * @param work a folder for their devices
   * @param machines which
   */
  public static ChannelPair start(Path work, TwoMachines machines) throws IOException {
    return new ChannelPair(
        new End(work.resolve("sender"), machines.first()),
        new End(work.resolve("receiver"), machines.second()),
        machines::cpuMicros);
  }

  /**
   * Where an end is.
   *
   * @param within what stands before a command that is to run there
   * @param address its own
   * @param vici the socket of its IKE daemon, which need not be there
   */
  record Place(List<String> within, String address, Path vici) {}

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
    runs++;
    String tunnel = " tunnel-of-the-bench-" + runs;
    receiver.tell("receive " + sender.at(from) + tunnel);
    sender.tell("send " + receiver.at(to) + tunnel + " " + bytes);
    sender.answer();
    String[] received = receiver.answer();
    return new Run(Long.parseLong(received[1]), Long.parseLong(received[2]), cpuMicros() - cpu);
  }

  private long cpuMicros() {
    return sender.tree().cpuMicros() + receiver.tree().cpuMicros() + daemonsMicros.getAsLong();
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
    private final String address;
    private final String certificate;

    End(Path device, Place place) throws IOException {
      address = place.address();
      List<String> command = new ArrayList<>(place.within());
      command.addAll(
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:+UseSerialGC",
              "-cp",
              System.getProperty("java.class.path"),
              DataEnd.class.getName(),
              device.toString(),
              place.address(),
              place.vici().toString()));
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      in = process.outputWriter(US_ASCII);
      out = process.inputReader(US_ASCII);
      certificate = answer()[0];
    }

    /** As a peer is told where this end listens, and by what. */
    String at(int port) {
      return address + " " + port + " " + certificate;
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
