package org.m2mx.bench.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    return transfer(protocol, bytes, "", sender, receiver).run();
  }

  /**
   * As {@link #run}, by a stream that could go on by another connection, as those of calls can.
   *
   * @param protocol of the connection, that of a stream
   */
  public Run runResumable(DataProtocol protocol, long bytes) throws IOException {
    return transfer(protocol, bytes, "resumable-", sender, receiver).run();
  }

  /**
   * @param firstByte when it was there, nanoseconds from the begin of the handshake
   */
  private record Transfer(Run run, long firstByte) {}

  private Transfer transfer(
      DataProtocol protocol, long bytes, String manner, End active, End passive)
      throws IOException {
    int from = Integer.parseInt(sender.process().ask("listen " + protocol.name())[1]);
    int to = Integer.parseInt(receiver.process().ask("listen " + protocol.name())[1]);
    long cpu = cpuMicros();
    runs++;
    String tunnel = " tunnel-of-the-bench-" + runs;
    String send = manner + "send " + receiver.at(to) + tunnel + " " + bytes;
    String receive = manner + "receive " + sender.at(from) + tunnel;
    passive.process().ask(passive == sender ? send : receive);
    active.process().tell(active == sender ? send : receive);
    sender.process().answer();
    String[] received = receiver.process().answer();
    return new Transfer(
        new Run(Long.parseLong(received[1]), Long.parseLong(received[2]), cpuMicros() - cpu),
        Long.parseLong(received[3]));
  }

  /**
   * Opens channels one after the other, after as many to warm up. The active end is through while
   * the passive one still looks at its certificate (RFC 8446 section 2); so the handshake is timed
   * until the passive one's first byte is there.
   *
   * @param protocol what they speak
   * @param channels how many
   * @return what the handshake of one takes, milliseconds, the median
   * @throws BenchException if an end has failed
   */
  public double handshakeMillis(DataProtocol protocol, int channels) throws IOException {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < 2 * channels; i++) {
      double one = transfer(protocol, 1, "swapped-", receiver, sender).firstByte() / 1e6;
      if (i >= channels) {
        millis.add(one);
      }
    }
    return millis.stream().sorted().skip(channels / 2).findFirst().orElseThrow();
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
