package org.m2mx.bench.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.m2mx.bench.data.ChannelPair;
import org.m2mx.bench.data.FirstByte;
import org.m2mx.bench.data.OpenSsl;
import org.m2mx.bench.data.Run;
import org.m2mx.bench.data.TwoMachines;
import org.m2mx.bench.report.Machine;
import org.m2mx.bench.report.Table;
import org.m2mx.ua.sdp.DataProtocol;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench data}. */
@Command(
    name = "data",
    description = {
      "The user agents' data channel by each protocol, two processes, beside openssl s_client and",
      "s_server; and the time from INVITE to the first byte, by way of a running server."
    },
    mixinStandardHelpOptions = true)
public final class DataCommand implements Callable<Integer> {
  /** A round of packets is shorter: they are lost, and not sent again. So is one by a tunnel. */
  private static final int PACKETS_SHARE = 8;

  private static final int LONGEST_DELAY_MILLIS = 500;

  /** As from a home to a server in the same country. */
  private static final int USUAL_DELAY_MILLIS = 25;

  /** From one user agent to the switch in the middle, to the other, and all the way back. */
  private static final int LEGS_THERE_AND_BACK = 4;

  @Spec private CommandSpec spec;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      required = true,
      hidden = true,
      description = "A folder for what is needed meanwhile.")
  private Path work;

  @Option(
      names = "--accounts",
      paramLabel = "DIR",
      required = true,
      hidden = true,
      description = "The demo accounts of a running server.")
  private Path accounts;

  @Option(
      names = "--ike-daemon",
      paramLabel = "FILE",
      required = true,
      hidden = true,
      description = "A configuration of strongSwan's daemon, for tunnels.")
  private Path ikeDaemon;

  @Option(
      names = "--alone",
      hidden = true,
      description = "This process and the server have a network of their own.")
  private boolean alone;

  @Option(
      names = "--size",
      paramLabel = "MIB",
      defaultValue = "1024",
      description = "How much to send in a round, in MiB (default: ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often, in turn; the median counts (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--calls",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many calls for the time to the first byte (default: ${DEFAULT-VALUE}).")
  private int calls;

  @Option(
      names = "--delay",
      paramLabel = "MS",
      description =
          "What a packet takes from a user agent to the server, or back, for the time to the first"
              + " byte; from one user agent to the other twice that; 0 to "
              + LONGEST_DELAY_MILLIS
              + " (default: "
              + USUAL_DELAY_MILLIS
              + " where this is root and strongSwan and socat are there, 0 elsewhere).")
  private Integer delay;

  /** For picocli. */
  public DataCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (size < PACKETS_SHARE || rounds < 1 || calls < 1) {
      throw new ParameterException(
          spec.commandLine(), "--size must be 8 or more, --rounds and --calls 1 or more");
    }
    if (delay == null) {
      delay = noDistance().isEmpty() ? USUAL_DELAY_MILLIS : 0;
    }
    if (delay < 0 || delay > LONGEST_DELAY_MILLIS) {
      throw new ParameterException(
          spec.commandLine(), "--delay must be 0 to " + LONGEST_DELAY_MILLIS);
    }
    if (delay > 0 && noDistance().isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "--delay cannot be had here: " + noDistance().orElseThrow());
    }
    Files.createDirectories(work);
    print(Machine.describe(LocalDate.now()) + "\n\n" + throughput());
    print(firstByte().toString());
    return 0;
  }

  private void print(String text) {
    spec.commandLine().getOut().println(text);
    spec.commandLine().getOut().flush();
  }

  private Table throughput() throws IOException, InterruptedException {
    long bytes = (long) size << 20;
    List<Run> streams = new ArrayList<>();
    List<Run> resumable = new ArrayList<>();
    List<Run> packets = new ArrayList<>();
    List<Run> openssl = new ArrayList<>();
    try (ChannelPair pair = ChannelPair.start(work)) {
      OpenSsl other = new OpenSsl(work.resolve("receiver"), work.resolve("zeroes"));
      pair.run(DataProtocol.TCP_TLS, bytes);
      pair.runResumable(DataProtocol.TCP_TLS, bytes);
      pair.run(DataProtocol.UDP_DTLS, bytes / PACKETS_SHARE);
      for (int i = 0; i < rounds; i++) {
        spec.commandLine().getErr().printf("Round %d of %d ...%n", i + 1, rounds);
        openssl.add(other.run(bytes));
        streams.add(pair.run(DataProtocol.TCP_TLS, bytes));
        resumable.add(pair.runResumable(DataProtocol.TCP_TLS, bytes));
        packets.add(pair.run(DataProtocol.UDP_DTLS, bytes / PACKETS_SHARE));
      }
    } finally {
      Files.deleteIfExists(work.resolve("zeroes"));
    }
    double yardstick = median(openssl).mibPerSecond();
    Table table = new Table("data channel", "MiB/s", "of openssl's", "CPU s/GB", "arrived");
    row(table, "openssl s_client to s_server, TLS 1.3", median(openssl), yardstick, bytes);
    row(table, "m2mx-ua TCP/TLS", median(streams), yardstick, bytes);
    row(table, "m2mx-ua TCP/TLS, resumable", median(resumable), yardstick, bytes);
    row(table, "m2mx-ua UDP/DTLS", median(packets), yardstick, bytes / PACKETS_SHARE);
    Optional<Run> tunnel = tunnel(bytes / PACKETS_SHARE);
    if (tunnel.isPresent()) {
      String name = "m2mx-ua " + DataProtocol.IKE_ESP_UDPENCAP;
      row(table, name, tunnel.get(), yardstick, bytes / PACKETS_SHARE);
    }
    return table;
  }

  /** Between two machines, since a daemon is needed at either end. */
  private Optional<Run> tunnel(long bytes) throws IOException {
    Optional<String> obstacle = TwoMachines.obstacle();
    if (obstacle.isPresent()) {
      String line = "No " + DataProtocol.IKE_ESP_UDPENCAP + ": " + obstacle.get();
      spec.commandLine().getErr().println(line);
      return Optional.empty();
    }
    List<Run> runs = new ArrayList<>();
    try (TwoMachines machines = TwoMachines.start(work, ikeDaemon);
        ChannelPair pair = ChannelPair.start(work, machines)) {
      pair.run(DataProtocol.IKE_ESP_UDPENCAP, bytes);
      for (int i = 0; i < rounds; i++) {
        spec.commandLine().getErr().printf("Tunnel, round %d of %d ...%n", i + 1, rounds);
        runs.add(pair.run(DataProtocol.IKE_ESP_UDPENCAP, bytes));
      }
    }
    return Optional.of(median(runs));
  }

  private static Run median(List<Run> runs) {
    return runs.stream()
        .sorted(Comparator.comparingDouble(Run::mibPerSecond))
        .skip(runs.size() / 2)
        .findFirst()
        .orElseThrow();
  }

  private static void row(Table table, String name, Run run, double yardstick, long sent) {
    table.row(
        name,
        text("%.0f", run.mibPerSecond()),
        text("%.0f %%", 100 * run.mibPerSecond() / yardstick),
        text("%.2f", run.cpuSecondsPerGigabyte()),
        text("%.1f %%", 100.0 * run.bytes() / sent));
  }

  private Table firstByte() throws IOException {
    Table table =
        new Table(
            "from INVITE",
            "to the first byte, ms",
            "to a 404, ms",
            "to the callee's 603, ms",
            "to its 200, ms",
            "a handshake, ms",
            "200 and a handshake, ms",
            "the first byte within",
            "round trips beyond that");
    if (hasMachines()) {
      Duration each = Duration.ofMillis(delay);
      try (TwoMachines machines = TwoMachines.startBesides(work, ikeDaemon, each);
          ChannelPair pair = ChannelPair.start(work, machines);
          FirstByte user = FirstByte.start(accounts, work, machines)) {
        firstByte(table, user, pair, DataProtocol.ALL);
      }
    } else {
      try (ChannelPair pair = ChannelPair.start(work);
          FirstByte user = FirstByte.start(accounts, work)) {
        firstByte(table, user, pair, DataProtocol.USUAL);
      }
    }
    return table;
  }

  private boolean hasMachines() {
    return alone && TwoMachines.obstacle().isEmpty();
  }

  /** Why there can be no distance between machines; empty if there can. */
  private Optional<String> noDistance() {
    return alone
        ? TwoMachines.obstacle().or(TwoMachines::obstacleToDistance)
        : Optional.of("this process has no network of its own, which takes root");
  }

  /** The same handshake between processes as warm, without the signalling before it. */
  private void firstByte(
      Table table, FirstByte user, ChannelPair pair, List<DataProtocol> protocols)
      throws IOException {
    for (DataProtocol protocol : protocols) {
      spec.commandLine().getErr().printf("Calls by %s ...%n", protocol);
      double handshake = pair.handshakeMillis(protocol, calls);
      FirstByte.Result result = user.measure(protocol, calls);
      double budget = result.budget(handshake);
      table.row(
          name(protocol),
          text("%.1f", result.firstByte()),
          text("%.1f", result.notFound()),
          text("%.1f", result.decline()),
          text("%.1f", result.answer()),
          text("%.1f", handshake),
          text("%.1f", budget),
          result.firstByte() <= budget
              ? "yes"
              : text("no: %.2f times that", result.firstByte() / budget),
          delay == 0
              ? "not to be told"
              : text("%.2f", (result.firstByte() - budget) / (LEGS_THERE_AND_BACK * delay)));
    }
  }

  private static String name(DataProtocol protocol) {
    return protocol == DataProtocol.IKE_ESP_UDPENCAP ? protocol.toString() : protocol.sdpName();
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
