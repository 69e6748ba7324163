package org.m2mx.bench.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.m2mx.bench.BenchException;
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
    EndProcess.Place here = EndProcess.Place.here();
    return new ChannelPair(
        End.start(work.resolve("sender"), here),
        End.start(work.resolve("receiver"), here),
        () -> 0);
  }

  /**
   * Starts each on a machine of its own, whose IKE daemon's processor time counts, too.
   *
   * @param work a folder for their devices
   * @param machines which
   */
  public static ChannelPair start(Path work, TwoMachines machines) throws IOException {
    return new ChannelPair(
        End.start(work.resolve("sender"), machines.first()),
        End.start(work.resolve("receiver"), machines.second()),
        machines::cpuMicros);
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
    return run(protocol, bytes, "");
  }

  /**
   * As {@link #run}, by a stream that could go on by another connection, as those of calls can.
   *
   * @param protocol of the connection, that of a stream
   */
  public Run runResumable(DataProtocol protocol, long bytes) throws IOException {
    return run(protocol, bytes, "resumable-");
  }

  private Run run(DataProtocol protocol, long bytes, String manner) throws IOException {
    int from = Integer.parseInt(sender.process().ask("listen " + protocol.name())[1]);
    int to = Integer.parseInt(receiver.process().ask("listen " + protocol.name())[1]);
    long cpu = cpuMicros();
    runs++;
    String tunnel = " tunnel-of-the-bench-" + runs;
    receiver.process().tell(manner + "receive " + sender.at(from) + tunnel);
    sender.process().tell(manner + "send " + receiver.at(to) + tunnel + " " + bytes);
    sender.process().answer();
    String[] received = receiver.process().answer();
    return new Run(Long.parseLong(received[1]), Long.parseLong(received[2]), cpuMicros() - cpu);
  }

  private long cpuMicros() {
    return sender.process().tree().cpuMicros()
        + receiver.process().tree().cpuMicros()
        + daemonsMicros.getAsLong();
  }

  @Override
  public void close() {
    sender.close();
    receiver.close();
  }

  /** One process, and what its peer is told of it. */
  private record End(EndProcess process, String address, String certificate)
      implements AutoCloseable {
    static End start(Path device, EndProcess.Place place) throws IOException {
      EndProcess process =
          new EndProcess(
              place, DataEnd.class, device.toString(), place.address(), place.vici().toString());
      return new End(process, place.address(), process.answer()[0]);
    }

    /** As a peer is told where this end listens, and by what. */
    String at(int port) {
      return address + " " + port + " " + certificate;
    }

    @Override
    public void close() {
      process.close();
    }
  }
}
