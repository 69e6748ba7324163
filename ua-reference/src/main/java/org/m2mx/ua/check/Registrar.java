package org.m2mx.ua.check;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.m2mx.ua.Aor;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.account.ServerAddress;
import org.m2mx.ua.device.OwnerFile;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.net.SourceAddress;
import org.m2mx.ua.signalling.RawFlow;

/**
 * A registrar for the device under test alone, at a port of this machine's and with a certificate
 * of its own making. It says what a case has it say.
 */
final class Registrar implements AutoCloseable {
  /** By which the command finds the file of the account that it is to register. */
  static final String VARIABLE = "M2MX_ACCOUNT";

  private static final System.Logger LOG = System.getLogger(Registrar.class.getName());
  private static final int BACKLOG = 5;
  private static final String FILE = "account.json";

  private final SSLServerSocket listener;
  private final Account account;
  private final Path folder;
  private final Trace trace;
  private final Duration patience;

  private Registrar(
      SSLServerSocket listener, Account account, Path folder, Trace trace, Duration patience) {
    this.listener = listener;
    this.account = account;
    this.folder = folder;
    this.trace = trace;
    this.patience = patience;
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
    SSLServerSocket listener =
        (SSLServerSocket)
            shown.context().getServerSocketFactory().createServerSocket(0, BACKLOG, address);
    Account account =
        new Account(
            device,
            Party.token(),
            new ServerAddress(IpText.of(address), listener.getLocalPort()),
            List.of(told.authority()));
    Path folder = Files.createTempDirectory("m2mx-ua-check");
    Registrar registrar =
        new Registrar(listener, account, folder, bench.trace(), participants.patience());
    bench.keep(registrar::close);
    Path file = folder.resolve(FILE);
    OwnerFile.write(file, AccountFile.text(account));
    bench.start(command, Map.of(VARIABLE, file.toString()));
    return registrar;
  }

  /** The address that this machine has towards its own server: the device comes from there, too. */
  private static InetAddress address(ServerAddress server) throws IOException {
    return SourceAddress.ofSystem()
        .towards(new InetSocketAddress(InetAddress.getByName(server.host()), server.port()));
  }

  /** Waits for the device to connect, and for its TLS handshake. */
  Visit awaitVisit() throws CheckFailure, IOException {
    return awaitVisit(patience);
  }

  /** As {@link #awaitVisit()}, within another time. */
  Visit awaitVisit(Duration limit) throws CheckFailure, IOException {
    SSLSocket socket;
    try {
      listener.setSoTimeout(Math.toIntExact(limit.toMillis()));
      socket = (SSLSocket) listener.accept();
    } catch (SocketTimeoutException e) {
      throw new CheckFailure(
          "the device did not connect to "
              + IpText.of((InetSocketAddress) listener.getLocalSocketAddress())
              + " within "
              + limit.toSeconds()
              + " s");
    }
    try {
      socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
      socket.startHandshake();
      socket.setSoTimeout(0);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    Account self =
        new Account(
            new Aor("registrar", account.aor().domain()),
            account.password(),
            account.server(),
            account.trustAnchors());
    RawFlow flow = RawFlow.accepted(socket);
    return new Visit(account, flow, new Party(self, flow, trace, patience));
  }

  @Override
  public void close() {
    try {
      listener.close();
      // A device may have put files of its own beside the account's.
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "What is left of a case: {0}", e.getMessage());
    }
  }
}
