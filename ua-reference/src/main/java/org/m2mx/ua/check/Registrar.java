package org.m2mx.ua.check;

import static org.m2mx.ua.check.CheckCase.require;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.m2mx.ua.Aor;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.account.ServerAddress;
import org.m2mx.ua.device.OwnerFile;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.net.SourceAddress;
import org.m2mx.ua.shell.StartedCommand;
import org.m2mx.ua.signalling.RawFlow;

/**
 * A registrar for the device under test alone, at a port of this machine's and with a certificate
 * of its own making. It says what a case has it say.
 */
final class Registrar {
  /** By which the command finds the file of the account that it is to register. */
  static final String VARIABLE = "M2MX_ACCOUNT";

  private static final int BACKLOG = 5;

  /** How often it is looked whether the command still runs. */
  private static final Duration LOOK = Duration.ofMillis(200);

  private static final String FILE = "account.json";

  private final FlightListener listener;
  private final Account account;
  private final StartedCommand command;
  private final Bench bench;

  private Registrar(FlightListener listener, Account account, StartedCommand command, Bench bench) {
    this.listener = listener;
    this.account = account;
    this.command = command;
    this.bench = bench;
  }

  /**
   * Listens where the device can come, and has it started with an account of this registrar.
   *
   * @param vouchedFor whether the account's trust anchor vouches for what this registrar shows
   */
  static Registrar start(Bench bench, boolean vouchedFor)
      throws CheckFailure, CheckSkipped, IOException {
    Participants participants = bench.participants();
    String command = Bench.given(participants.start(), "--start");
    Aor device = Bench.given(participants.deviceUnderTest(), "DEVICE");
    InetAddress address = address(participants.own().server());
    ServerIdentity shown = ServerIdentity.of(address, bench.clock());
    ServerIdentity told = vouchedFor ? shown : ServerIdentity.of(address, bench.clock());
    FlightListener listener = new FlightListener(shown.context(), BACKLOG, address);
    bench.keep(listener);
    Account account =
        new Account(
            device,
            Party.token(),
            new ServerAddress(IpText.of(address), listener.getLocalPort()),
            List.of(told.authority()));
    Path folder = Files.createTempDirectory("m2mx-ua-check");
    bench.keep(() -> remove(folder));
    Path file = folder.resolve(FILE);
    OwnerFile.write(file, AccountFile.text(account));
    StartedCommand started = bench.start(command, Map.of(VARIABLE, file.toString()));
    return new Registrar(listener, account, started, bench);
  }

  /** The address that this machine has towards its own server: the device comes from there, too. */
  private static InetAddress address(ServerAddress server) throws IOException {
    return SourceAddress.ofSystem()
        .towards(new InetSocketAddress(InetAddress.getByName(server.host()), server.port()));
  }

  private static void remove(Path folder) throws IOException {
    // A device may have put files of its own beside the account's.
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Waits for the device to connect, and for its TLS handshake. */
  Visit awaitVisit() throws CheckFailure, IOException, InterruptedException {
    return greet(awaitConnection(bench.participants().patience()));
  }

  /** Waits for the device to connect. */
  SSLSocket awaitConnection(Duration limit) throws CheckFailure, IOException, InterruptedException {
    listener.setSoTimeout(Math.toIntExact(LOOK.toMillis()));
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < limit.toNanos()) {
      try {
        SSLSocket socket = listener.accept();
        bench.keep(socket);
        requireForeground();
        return socket;
      } catch (SocketTimeoutException e) {
        requireForeground();
      }
    }
    throw new CheckFailure(
        "the device did not connect to "
            + IpText.of((InetSocketAddress) listener.getLocalSocketAddress())
            + " within "
            + limit.toSeconds()
            + " s");
  }

  /** What goes on behind its command's back cannot be ended with the case. */
  private void requireForeground() throws CheckFailure, InterruptedException {
    OptionalInt code = command.exitCode(Duration.ZERO);
    require(
        code.isEmpty(),
        "the command of --start has ended, with "
            + code.orElse(0)
            + ": it must last as long as the device runs, and start it in the foreground");
  }

  /**
   * Goes through the TLS handshake with a device that has connected.
   *
   * @throws IOException if that fails, on either side
   */
  Visit greet(SSLSocket socket) throws IOException {
    Duration patience = bench.participants().patience();
    socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
    socket.startHandshake();
    socket.setSoTimeout(0);
    Account self =
        new Account(
            new Aor("registrar", account.aor().domain()),
            account.password(),
            account.server(),
            account.trustAnchors());
    RawFlow flow = RawFlow.accepted(socket);
    bench.keep(flow);
    return new Visit(account, flow, new Party(self, flow, bench.trace(), patience));
  }
}
