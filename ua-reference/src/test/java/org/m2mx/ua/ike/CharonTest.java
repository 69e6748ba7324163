package org.m2mx.ua.ike;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.vici.Section;
import org.m2mx.ua.vici.TestDaemon;

/** What the IKE daemon is told in the course of a tunnel, and what remains of it. */
@Timeout(60)
class CharonTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String NAME = "a-tunnel-of-20-octets";

  @TempDir Path folder;
  private TestDaemon daemon;
  private Charon charon;
  private Device alice;
  private Device video;
  private final Network network = new Network();

  /** Remembers addresses. */
  private static final class Network implements InnerNetwork {
    private final Collection<InetAddress> own = new CopyOnWriteArrayList<>();
    private final Collection<InetAddress> peers = new CopyOnWriteArrayList<>();
    private volatile boolean refuses;

    @Override
    public void join(InetAddress inside, InetAddress peerInside) throws IOException {
      if (refuses) {
        throw new IOException("ip: not permitted");
      }
      own.add(inside);
      peers.add(peerInside);
    }

    @Override
    public void leave(InetAddress inside, InetAddress peerInside) {
      own.remove(inside);
      peers.remove(peerInside);
    }

    @Override
    public void abandon(InetAddress inside) {
      own.remove(inside);
    }
  }

  @BeforeEach
  void start() throws Exception {
    daemon = new TestDaemon(folder.resolve("vici"));
    charon = new Charon(folder.resolve("vici"), network, Duration.ofSeconds(60));
    alice = Device.open(folder.resolve("alice"), Clock.systemUTC());
    video = Device.open(folder.resolve("video"), Clock.systemUTC());
  }

  @AfterEach
  void stop() throws Exception {
    daemon.close();
  }

  private static TunnelRequest request(String name, Device own, Device peer, boolean initiates)
      throws Exception {
    return new TunnelRequest(
        name,
        new InetSocketAddress(InetAddress.getByName("2001:db8::a"), Charon.PORT),
        new InetSocketAddress(InetAddress.getByName("2001:db8::b"), 4501),
        initiates,
        own.privateKey(),
        own.certificate(),
        peer.certificate());
  }

  private Tunnel prepare(boolean initiates) throws Exception {
    return charon.prepare(request(NAME, alice, video, initiates));
  }

  private void assertNothingRemains() {
    assertThat(daemon.connections()).isEmpty();
    assertThat(daemon.associations()).isEmpty();
    assertThat(daemon.keys()).isEmpty();
    assertThat(network.own).isEmpty();
    assertThat(network.peers).isEmpty();
  }

  @Test
  void aTunnelLeavesNothingBehind() throws Exception {
    Tunnel tunnel = prepare(true);
    assertThat(tunnel.cipher()).isEmpty();
    tunnel.initiate(LIMIT);
    assertThat(tunnel.cipher()).hasValue("AES_GCM_16_256");
    assertThat(network.own).containsExactly(tunnel.inside());
    assertThat(network.peers).containsExactly(tunnel.peerInside());
    assertThat(daemon.keys()).hasSize(1);
    tunnel.close();
    assertNothingRemains();
    tunnel.close();
    assertThat(daemon.commands()).containsOnlyOnce("clear-creds");
  }

  @Test
  void aThreadThatIsInterruptedLeavesNothingBehindEither() throws Exception {
    Tunnel tunnel = prepare(true);
    tunnel.initiate(LIMIT);
    Thread.currentThread().interrupt();
    tunnel.close();
    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    assertNothingRemains();
  }

  @Test
  void preparesNoneAfterTheEnd() throws Exception {
    charon.endAll();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> prepare(true))
        .withMessage("no tunnel any more: all have been ended");
    assertNothingRemains();
  }

  /** What the daemon trusts for one connection, it trusts for all. */
  @Test
  void usesNoDaemonWithConnectionsOfOthers() throws Exception {
    daemon.leave("home-to-office", new Section());
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> prepare(true))
        .withMessageContaining("home-to-office")
        .withMessageContaining("m2mx needs an IKE daemon of its own");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(charon::check)
        .withMessageContaining("m2mx needs an IKE daemon of its own");
    assertThat(daemon.connections()).containsOnlyKeys("home-to-office");
    assertThat(daemon.commands()).doesNotContain("load-key", "clear-creds");
  }

  @Test
  void leavesTheCredentialsOfWhoeverHasComeMeanwhile() throws Exception {
    Tunnel tunnel = prepare(true);
    daemon.leave("home-to-office", new Section());
    tunnel.close();
    assertThat(daemon.commands()).contains("unload-key").doesNotContain("clear-creds");
    assertThat(daemon.connections()).containsOnlyKeys("home-to-office");
  }

  @Test
  void whoeverEndsAllWaitsForThoseThatAreEnding() throws Exception {
    Tunnel first = prepare(true);
    Tunnel second = charon.prepare(request("another" + NAME, alice, video, true));
    first.initiate(LIMIT);
    Thread ending = new Thread(second::close);
    ending.start();
    charon.endAll();
    assertNothingRemains();
    ending.join();
  }

  private Section only() {
    return daemon.connections().values().iterator().next();
  }

  private static Map<String, Section> children(Section connection) {
    return connection.section("children").orElseThrow().sections();
  }

  private static Section child(Section connection) {
    return children(connection).values().iterator().next();
  }

  private static Section tunnelOf(Tunnel tunnel) {
    return new Section().putTexts("local_ts", IpText.of(tunnel.inside()) + "/128");
  }

  @Test
  void theOneWhoBeginsSaysWhichAddressesTheTunnelIsFor() throws Exception {
    String inside;
    try (Tunnel tunnel = prepare(true)) {
      inside = IpText.of(tunnel.inside());
      assertThat(child(only()).texts("local_ts")).containsExactly(inside + "/128");
      assertThat(only().texts("remote_addrs")).containsExactly("2001:db8::b");
      assertThat(only().text("remote_port")).hasValue("4501");
      assertThat(only().text("dpd_delay")).isPresent();
    }
    try (Tunnel tunnel = prepare(false)) {
      assertThat(IpText.of(tunnel.inside())).isEqualTo(inside);
      assertThat(child(only()).texts("local_ts")).containsExactly(inside + "/64");
      assertThat(only().text("dpd_delay")).as("sends nothing by itself").isEmpty();
      assertThat(only().text("rekey_time")).hasValue("0s");
    }
  }

  /** The peer's daemon may come by any connection with it, and ours admits it by any. */
  @Test
  void whoeverBeginsOneTunnelAdmitsThePeersOthers() throws Exception {
    try (Tunnel tunnel = prepare(true)) {
      List<Section> children = List.copyOf(children(only()).values());
      assertThat(children).hasSize(2);
      assertThat(children.get(1).texts("local_ts"))
          .containsExactly(IpText.of(tunnel.inside()) + "/64");
      assertThat(children.get(1).text("rekey_time")).hasValue("0s");
    }
    Tunnel waiting = prepare(false);
    assertThat(children(only())).hasSize(1);
    waiting.close();
  }

  @Test
  void oneOfTwoTunnelsThatShareAnAssociationEndsAlone() throws Exception {
    Tunnel called = prepare(true);
    Tunnel calling = charon.prepare(request("another" + NAME, alice, video, false));
    daemon.associate(
        ConnectionName.of(request(NAME, alice, video, true)).toString(),
        tunnelOf(called),
        tunnelOf(calling));
    called.close();
    assertThat(called.cipher()).isEmpty();
    assertThat(calling.cipher()).isPresent();
    calling.close();
    assertNothingRemains();
  }

  @Test
  void whatThePeerHasMadeBesideItsTunnelGoesWithTheLastSession() throws Exception {
    Tunnel first = prepare(false);
    Tunnel second = charon.prepare(request("another" + NAME, alice, video, false));
    String connection = ConnectionName.of(request(NAME, alice, video, false)).toString();
    daemon.associate(connection, new Section().putTexts("local_ts", "fd00::1/128"));
    daemon.associate(connection);
    daemon.associate(connection, tunnelOf(second));
    daemon.associate("home-to-office");
    first.close();
    assertThat(daemon.associations()).containsExactly(connection, "home-to-office");
    assertThat(second.cipher()).isPresent();
    second.close();
    assertThat(daemon.associations()).containsExactly("home-to-office");
  }

  /** As two programs that use one daemon, which {@link CredentialsLock} keeps apart. */
  @RepeatedTest(20)
  void theLastSessionTakesNothingFromAnothersFirst() throws Exception {
    Charon other = new Charon(folder.resolve("vici"), network, Duration.ofSeconds(60));
    Tunnel last = prepare(true);
    Thread ending = new Thread(last::close);
    ending.start();
    Tunnel first = other.prepare(request("another" + NAME, alice, video, true));
    ending.join();
    assertThat(daemon.keys()).isNotEmpty();
    first.close();
    assertNothingRemains();
  }

  @Test
  void waitsForWhoeverHasTheLockWithinThisProgram() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    Duration moment = Duration.ofMillis(50);
    try (FileChannel file =
            FileChannel.open(
                folder.resolve("other.m2mx-lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = file.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(() -> CredentialsLock.acquire(folder.resolve("other"), moment))
          .withMessage("other sessions keep the IKE daemon busy");
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(() -> CredentialsLock.acquire(link.resolve("other"), moment));
    }
    CredentialsLock.acquire(link.resolve("other"), Duration.ofMinutes(1)).release();
  }

  @Test
  void waitsUntilAnotherProgramIsDone() throws Exception {
    Path file = folder.resolve("vici.m2mx-lock");
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                file.toString())
            .start();
    try {
      assertThat(program.inputReader().readLine()).isEqualTo("locked");
      Charon hasty = new Charon(folder.resolve("vici"), network, Duration.ofMillis(200));
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> hasty.prepare(request(NAME, alice, video, true)))
          .withMessage("other sessions keep the IKE daemon busy");
      assertNothingRemains();
      CompletableFuture<Tunnel> waiting =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return prepare(true);
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      program.destroyForcibly();
      waiting.join().close();
      assertNothingRemains();
    } finally {
      program.destroyForcibly();
    }
  }

  @Test
  void goesOnWhereNothingCanBeWrittenBesideTheSocket() throws Exception {
    Files.createDirectory(folder.resolve("vici.m2mx-lock"));
    prepare(true).close();
    assertNothingRemains();
  }

  @Test
  void bothSidesKnowEachOthersAddressesInside() throws Exception {
    TunnelRequest here = request(NAME, alice, video, true);
    TunnelRequest there = request(NAME, video, alice, false);
    assertThat(here.inside()).isEqualTo(there.peerInside()).isNotEqualTo(there.inside());
    assertThat(here.peerInside()).isEqualTo(there.inside());
    assertThat(here.inside().getAddress()[0]).isEqualTo((byte) 0xfd);
    TunnelRequest other = request("another" + NAME, alice, video, true);
    assertThat(other.inside()).isNotEqualTo(here.inside());
    assertThat(other.inside().getAddress())
        .startsWith(Arrays.copyOf(here.inside().getAddress(), 8));
  }

  @Test
  void theKeyStaysAsLongAsAnotherSessionNeedsIt() throws Exception {
    Tunnel first = prepare(true);
    Tunnel second = charon.prepare(request("another" + NAME, alice, video, true));
    first.initiate(LIMIT);
    second.initiate(LIMIT);
    first.close();
    assertThat(daemon.keys()).isNotEmpty();
    assertThat(second.cipher()).isPresent();
    second.close();
    assertNothingRemains();
  }

  @Test
  void waitsForAPeerWhoseDaemonIsNotToldYet() throws Exception {
    assertWaits(
        "the peer's IKE daemon was not told of a tunnel",
        "parsed IKE_SA_INIT response 0 [ N(NO_PROP) ]",
        "received NO_PROPOSAL_CHOSEN notify error");
  }

  /** It hears of addresses from the system, when it comes to that. */
  @Test
  void waitsForItsOwnDaemonToSeeTheAddress() throws Exception {
    assertWaits(
        "the IKE daemon does not see this machine's address in the tunnel",
        "error installing route with policy fd00::1/128 === fd00::2/128 out",
        "unable to install IPsec policies (SPD) in kernel",
        "parsed INFORMATIONAL response 2 [ D ]");
  }

  private void assertWaits(String message, String... said) throws Exception {
    List<String> notYet = List.of(said);
    daemon.failures.addAll(List.of(notYet, notYet));
    try (Tunnel tunnel = prepare(true)) {
      tunnel.initiate(LIMIT);
      assertThat(tunnel.cipher()).isPresent();
    }
    daemon.failures.addAll(Collections.nCopies(1000, notYet));
    try (Tunnel tunnel = prepare(true)) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> tunnel.initiate(Duration.ofMillis(300)))
          .withMessage(message);
    }
    assertNothingRemains();
  }

  private void assertFails(Class<? extends IOException> how, String message, String... said)
      throws Exception {
    daemon.failures.add(List.of(said));
    try (Tunnel tunnel = prepare(true)) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> tunnel.initiate(LIMIT))
          .isExactlyInstanceOf(how)
          .withMessage(message);
    }
    assertNothingRemains();
  }

  @Test
  void saysWhyThereIsNone() throws Exception {
    assertFails(
        ImpostorException.class,
        "the peer's IKE daemon showed another certificate",
        "constraint check failed: peer not authenticated with peer cert 'CN=m2mx device'",
        "no alternative config found");
    assertFails(
        IOException.class,
        "the peer's IKE daemon does not take this device's certificate",
        "received AUTHENTICATION_FAILED notify error");
    assertFails(
        SocketTimeoutException.class,
        "no tunnel in time",
        "giving up after 5 retransmits",
        "peer not responding");
    daemon.refusal = "CHILD_SA 'm2mx' not established after 15000ms";
    assertFails(
        SocketTimeoutException.class, "no tunnel in time", "sending packet: from 2001:db8::a");
    daemon.refusal = "establishing it failed";
    assertFails(
        IOException.class, "the IKE daemon says: unable to allocate SPI", "unable to allocate SPI");
  }

  @Test
  void isBrokenOffByClosing() throws Exception {
    Tunnel tunnel = prepare(true);
    tunnel.close();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> tunnel.initiate(LIMIT))
        .withMessage("the tunnel is closed");
    assertNothingRemains();
  }

  @Test
  void tellsWhatIsMissing() throws Exception {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> new Charon(folder.resolve("nobody")).check())
        .withMessage("there is no IKE daemon at " + folder.resolve("nobody"));
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> new Charon(file).check())
        .withMessageContaining("the IKE daemon at " + file + " says: ");
    network.refuses = true;
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> prepare(true))
        .withMessage("ip: not permitted");
    assertThat(daemon.connections()).isEmpty();
  }

  @Test
  void addressesAreForWhoeverMayAdministerTheNetwork() {
    assertThat(
            new Privileges(List.of("CapPrm:\t1", "CapEff:\t0000000000001000"))
                .mayAdministerNetwork())
        .isTrue();
    assertThat(new Privileges(List.of("CapEff:\tffffffffffffefff")).mayAdministerNetwork())
        .isFalse();
    assertThat(new Privileges(List.of()).mayAdministerNetwork()).isFalse();
  }

  /** As after kill -9: what belongs to a process that is gone goes, all else stays. */
  @Test
  void tidiesUpAfterAProcessThatWasKilled() throws Exception {
    ConnectionName own = ConnectionName.of(request(NAME, alice, video, true));
    ConnectionName gone =
        new ConnectionName(
            own.space(), own.process(), own.started() - 1, own.inside(), own.peerInside());
    ConnectionName elsewhere =
        new ConnectionName(own.space() + 1, 1, 1, own.inside(), own.peerInside());
    Section child = new Section().putTexts("local_ts", IpText.of(own.inside()) + "/128");
    network.join(gone.inside(), gone.peerInside());
    daemon.keys().add("key");
    daemon.leave(gone.toString(), child);
    charon.tidy(alice.privateKey());
    assertThat(network.peers)
        .as("what was left to send goes nowhere")
        .containsExactly(own.peerInside());
    network.peers.clear();
    assertNothingRemains();

    for (ConnectionName name : List.of(own, elsewhere)) {
      daemon.leave(name.toString(), child);
    }
    daemon.leave("home-to-office", new Section());
    Map<String, Section> before = daemon.connections();
    charon.tidy(alice.privateKey());
    assertThat(daemon.connections()).containsOnlyKeys(before.keySet());
    assertThat(daemon.associations()).hasSize(3);
  }
}
