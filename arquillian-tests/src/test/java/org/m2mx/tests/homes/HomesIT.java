package org.m2mx.tests.homes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.tests.homes.Homes.Probe;
import org.m2mx.tests.process.RunningCommand;

/**
 * A hole in home B's firewall, from the call to its end, by each way of opening one and each data
 * protocol, seen from outside: by packets that arrive or do not. The peer is home A's user agent;
 * strangers are the router of the internet and home A's gateway.
 */
@Timeout(300)
class HomesIT {
  private static final String PEER = "ua-a";
  private static final List<String> STRANGERS = List.of("core", "gw-a");
  private static final String VIDEO = "sip:video@m2m-x.example";
  private static final Pattern ENDS =
      Pattern.compile("connected with .*, \\S+:(\\d+) to \\S+:(\\d+), ");
  private static final Duration LEASE = Duration.ofSeconds(6);

  /** What a gateway and a busy machine may take on top of a lease. */
  private static final Duration SLACK = Duration.ofSeconds(10);

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final int IKE_PORT = 4500;

  /** What callers say, and nobody on the way may read. */
  private static final String SECRET = "plain words of ";

  @TempDir static Path folder;
  private static Homes homes;
  private static Capture homeA;
  private static Capture homeB;

  @BeforeAll
  static void build() throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "not root: pinholes in real firewalls are not tested");
    for (String command : List.of("ip", "nft", "miniupnpd", "tcpdump")) {
      assumeTrue(
          Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")
              .anyMatch(place -> Files.isExecutable(Path.of(place, command))),
          "no " + command + ": pinholes in real firewalls are not tested");
    }
    homes = Homes.build(folder);
    homeA = homes.capture("to-a");
    homeB = homes.capture("to-b");
  }

  @AfterAll
  static void remove() throws Exception {
    if (homes != null) {
      homes.close();
    }
  }

  /** Home B's gateway is asked by IGD and PCP; by nftables a machine is its own gateway. */
  private static String callee(String method) {
    return method.equals("nft") ? "gw-b" : "ua-b";
  }

  /** Whether both sides have IPv4 only, which their gateways translate. */
  private static boolean translated(String method) {
    return method.equals("nat-pmp") || method.equals("pcp-ipv4");
  }

  private static RunningCommand userAgent(
      String method, String space, String subcommand, String user, String... options)
      throws IOException {
    return translated(method)
        ? homes.userAgentOfIpv4(space, subcommand, user, options)
        : homes.userAgent(space, subcommand, user, options);
  }

  private static RunningCommand listener(String method, String... options) throws Exception {
    return listener(method, LEASE, options);
  }

  private static RunningCommand listener(String method, Duration lease, String... options)
      throws Exception {
    RunningCommand listener =
        userAgent(
            method,
            callee(method),
            "listen",
            "video",
            Stream.concat(
                    Stream.of(
                        "--echo",
                        "--firewall",
                        method.replace("-ipv4", ""),
                        "--lease",
                        String.valueOf(lease.toSeconds())),
                    Stream.of(options))
                .toArray(String[]::new));
    listener.awaitProgress("registered");
    return listener;
  }

  private static RunningCommand call(String method, String protocol) throws Exception {
    return userAgent(method, PEER, "call", "alice", "--protocol", protocol, VIDEO);
  }

  /** The port of the side that tells, or of its peer. */
  private static int port(RunningCommand userAgent, int group) throws Exception {
    userAgent.awaitProgress("connected with");
    Matcher ends = ENDS.matcher(userAgent.stderr());
    assertThat(ends.find()).as(userAgent.stderr()).isTrue();
    return Integer.parseInt(ends.group(group));
  }

  private static void assertEchoes(RunningCommand call, String text) throws Exception {
    call.type(SECRET + text + "\n");
    call.awaitProgress(SECRET + text + "\n");
  }

  private static void awaitArrives(Probe probe) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!homes.arrives(probe)) {
      assertThat(System.nanoTime()).as("let in: %s", probe).isLessThan(deadline);
    }
  }

  private static void awaitDropped(Probe probe, Duration limit) throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    while (homes.arrives(probe)) {
      assertThat(System.nanoTime()).as("dropped within %s: %s", limit, probe).isLessThan(deadline);
      Thread.sleep(100);
    }
  }

  private static void assertEveryPortIsClosed(String method, String transport) throws Exception {
    assertThat(homes.arrivedOfAllPorts(transport, PEER, callee(method), translated(method)))
        .isEmpty();
  }

  /** One session as it goes, by a hole that is for the peer alone or for anybody. */
  private static final class Visit implements AutoCloseable {
    private final String transport;
    private final String to;
    private final boolean translated;
    private final RunningCommand call;
    private final int port;
    private final int peerPort;

    Visit(String method, String protocol, String name) throws Exception {
      this.transport = protocol.substring(0, 3);
      this.to = callee(method);
      this.translated = translated(method);
      this.call = call(method, protocol);
      this.peerPort = port(call, 1);
      this.port = port(call, 2);
      assertThat(port).isGreaterThanOrEqualTo(Homes.FIRST_PORT);
      assertEchoes(call, name);
    }

    Probe from(String space) {
      return new Probe(transport, space, to, port, 0, translated);
    }

    /** As the peer itself would send it, once it does not any more. */
    Probe fromThePeer() {
      return new Probe(
          transport, PEER, to, port, transport.equals("udp") ? peerPort : 0, translated);
    }

    void hangUp() throws Exception {
      call.endInput();
      assertThat(call.exitCode()).as(call.stderr()).isZero();
    }

    @Override
    public void close() throws IOException {
      call.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "igd, tcp-tls, true",
    "igd, udp-dtls, true",
    "nft, tcp-tls, true",
    "nft, udp-dtls, true",
    "pcp, tcp-tls, false",
    "pcp, udp-dtls, false",
    "pcp-ipv4, tcp-tls, false",
    "nat-pmp, tcp-tls, false",
    "nat-pmp, udp-dtls, false",
  })
  void theHoleIsForThePeerAndTheSession(String method, String protocol, boolean forThePeerAlone)
      throws Exception {
    try (RunningCommand listener = listener(method)) {
      assertEveryPortIsClosed(method, protocol.substring(0, 3));
      try (Visit visit = new Visit(method, protocol, method + protocol)) {
        if (protocol.equals("tcp-tls")) {
          awaitArrives(visit.from(PEER));
        }
        for (String stranger : STRANGERS) {
          if (forThePeerAlone) {
            assertThat(homes.arrives(visit.from(stranger))).as(stranger).isFalse();
          } else {
            awaitArrives(visit.from(stranger));
            listener.awaitProgress("cannot restrict a hole to the peer");
          }
        }
        visit.hangUp();
        // A gateway that refuses to close by PCP what was renewed lets it lapse soon.
        listener.awaitProgress(" close");
        awaitDropped(visit.fromThePeer(), LEASE.plus(SLACK));
      }
      try (Visit visit = new Visit(method, protocol, "killed")) {
        long killed = System.nanoTime();
        listener.kill();
        visit.call.kill();
        assertThat(
                homes.arrives(visit.fromThePeer())
                    || System.nanoTime() - killed > LEASE.dividedBy(6).toNanos())
            .as("nobody has closed it")
            .isTrue();
        awaitDropped(visit.fromThePeer(), LEASE.plus(SLACK));
      }
    }
  }

  @Test
  void theHoleIsRenewedAsLongAsTheSessionLasts() throws Exception {
    try (RunningCommand listener = listener("igd");
        Visit visit = new Visit("igd", "tcp-tls", "one")) {
      Thread.sleep(LEASE.plusSeconds(1).toMillis());
      assertEchoes(visit.call, "two");
      awaitArrives(visit.from(PEER));
      for (String stranger : STRANGERS) {
        assertThat(homes.arrives(visit.from(stranger))).as(stranger).isFalse();
      }
      listener.stop();
      assertThat(homes.arrives(visit.from(PEER))).as("closed at Ctrl-C").isFalse();
    }
  }

  /**
   * RFC 6193, with the IKE daemon of each machine, whose port is the same for all sessions. The
   * peer's daemon has to go before a packet can be sent in its place.
   */
  @ParameterizedTest
  @ValueSource(strings = {"igd", "nft"})
  void aTunnelGoesThroughAHoleForItsSession(String method) throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/sbin/charon-systemd"))
            && Files.exists(Path.of("/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so"))
            && Files.exists(Path.of("/dev/net/tun")),
        "no charon-systemd, kernel-libipsec or /dev/net/tun: tunnels by IKE are not tested");
    String to = callee(method);
    try {
      visitByTunnel(method, to);
    } finally {
      homes.stopIkeDaemon(PEER);
      homes.stopIkeDaemon(to);
    }
    assertThat(homeA.contains(SECRET) || homeB.contains(SECRET)).as("plain words seen").isFalse();
  }

  private static void visitByTunnel(String method, String to) throws Exception {
    Probe stranger = new Probe("udp", "core", to, IKE_PORT, 0, translated(method));
    Probe peer = new Probe("udp", PEER, to, IKE_PORT, IKE_PORT, translated(method));
    try (RunningCommand listener = listener(method, tunnel(to))) {
      assertThat(homes.arrives(peer)).as("before the call").isFalse();
      try (RunningCommand call = callByTunnel(method)) {
        assertThat(port(call, 2)).isEqualTo(IKE_PORT);
        assertThat(call.stderr()).contains("connected with " + VIDEO + ": IKEv2 AES_GCM_16_256");
        homes.forgetArrivals(to);
        assertEchoes(call, "a tunnel");
        assertThat(homes.hasArrived(peer)).as("in the call").isTrue();
        assertThat(homes.arrives(stranger)).as("a stranger's").isFalse();
        call.endInput();
        assertThat(call.exitCode()).as(call.stderr()).isZero();
      }
      homes.stopIkeDaemon(PEER);
      // As above: a gateway may let a hole lapse instead of closing it.
      listener.awaitProgress(" close");
      awaitDropped(peer, LEASE.plus(SLACK));
      try (RunningCommand call = callByTunnel(method)) {
        assertEchoes(call, "killed");
        long killed = System.nanoTime();
        listener.kill();
        call.kill();
        homes.stopIkeDaemon(PEER);
        assertThat(homes.arrives(peer) || System.nanoTime() - killed > LEASE.dividedBy(6).toNanos())
            .as("nobody has closed it")
            .isTrue();
        awaitDropped(peer, LEASE.plus(SLACK));
      }
    }
  }

  private static RunningCommand callByTunnel(String method) throws Exception {
    return userAgent(
        method,
        PEER,
        "call",
        "alice",
        Stream.concat(Stream.of(tunnel(PEER)), Stream.of(VIDEO)).toArray(String[]::new));
  }

  private static String[] tunnel(String space) throws Exception {
    return new String[] {
      "--protocol", "ike-esp-udpencap", "--vici", homes.ikeDaemon(space).toString()
    };
  }

  /** Long before half of its lease has passed. */
  @ParameterizedTest
  @ValueSource(strings = {"igd", "pcp", "nat-pmp"})
  void aGatewayThatRestartsGetsItsHoleAgain(String method) throws Exception {
    try (RunningCommand listener = listener(method, Duration.ofSeconds(120));
        Visit visit = new Visit(method, "tcp-tls", "before")) {
      homes.stopGatewayOfB();
      assertThat(homes.arrives(visit.from(PEER))).as("while it is down").isFalse();
      homes.startGatewayOfB();
      awaitArrives(visit.from(PEER));
      assertEchoes(visit.call, "after");
      listener.stop();
      awaitDropped(visit.from(PEER), LEASE.plus(SLACK));
    }
  }

  /** By re-INVITE, with the holes where they are needed then. */
  @Test
  void theSessionFollowsAMachineThatGetsAnotherAddress() throws Exception {
    String before = Homes.address("ua-b");
    String after = before.replace("::10", "::20");
    try (RunningCommand listener = listener("igd");
        Visit visit = new Visit("igd", "udp-dtls", "before")) {
      homes.renumber("ua-b", before, after);
      try {
        listener.awaitProgress(" goes on from [" + after + "]:");
        visit.call.awaitProgress(" to [" + after + "]:");
        visit.call.awaitProgress("opened a hole from [" + after + "]:");
        assertEchoes(visit.call, "after");
        visit.hangUp();
        visit.call.awaitProgress("closed the hole from [" + after + "]:");
      } finally {
        homes.renumber("ua-b", after, before);
      }
    }
    assertEveryPortIsClosed("igd", "udp");
  }

  /** The check of devices, held against our own and its real gateway. */
  @Test
  void theCheckSeesAHoleLapseAfterACrash() throws Exception {
    try (RunningCommand listener = listener("igd")) {
      try (RunningCommand check = leaseLapse("true", Duration.ofSeconds(1))) {
        assertThat(check.exitCode()).as("%s%s", check.stdout(), check.stderr()).isEqualTo(22);
        assertThat(check.stdout()).contains("still answers 6 s after the crash");
      }
      try (RunningCommand check = leaseLapse("kill -9 " + listener.pid(), LEASE.plus(SLACK))) {
        assertThat(check.exitCode()).as("%s%s", check.stdout(), check.stderr()).isZero();
        assertThat(check.stdout()).contains("1 passed, 0 failed, 0 skipped");
      }
    }
  }

  private static RunningCommand leaseLapse(String crash, Duration lease) throws IOException {
    return homes.userAgent(
        PEER,
        "check device",
        "alice",
        "--only",
        "lease-lapse",
        "--crash",
        crash,
        "--lease",
        String.valueOf(lease.toSeconds()),
        VIDEO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pcp", "nat-pmp"})
  void strictModeRefusesAHoleForAnybody(String method) throws Exception {
    try (RunningCommand strict = listener(method, "--strict-firewall");
        RunningCommand call = call(method, "tcp-tls")) {
      strict.awaitProgress("No hole in the firewall");
      assertThat(call.exitCode()).isEqualTo(11);
      assertEveryPortIsClosed(method, "tcp");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp-tls", "udp-dtls"})
  void nobodyOnTheWayReadsTheDataAndTheServerCarriesNoneOfIt(String protocol) throws Exception {
    String words = (SECRET + "a long story; ").repeat(20_000);
    int beforeA = homeA.packets().size();
    int beforeB = homeB.packets().size();
    try (RunningCommand listener = listener("igd");
        RunningCommand call = call("igd", protocol)) {
      call.type(words.getBytes(StandardCharsets.US_ASCII));
      assertThat(call.exitCode()).as(call.stderr()).isZero();
      assertThat(call.stdout()).contains(SECRET);
      listener.awaitProgress("ended");
    }
    InetAddress a = Homes.inetAddress("ua-a");
    InetAddress b = Homes.inetAddress("ua-b");
    InetAddress server = InetAddress.getByName(Homes.SERVER);
    long direct =
        await("octets from home to home")
            .atMost(PATIENCE)
            .until(
                () -> octets(since(beforeB, homeB).filter(packet -> packet.isBetween(a, b))),
                greaterThan((long) words.length()));
    long served =
        octets(
            Stream.concat(since(beforeA, homeA), since(beforeB, homeB))
                .filter(packet -> packet.concerns(server)));
    assertThat(served).as("octets to and from the server").isBetween(1_000L, direct / 5);
    assertThat(homeA.contains(SECRET) || homeB.contains(SECRET)).as("plain words seen").isFalse();
  }

  private static Stream<Capture.Packet> since(int count, Capture capture) throws IOException {
    return capture.packets().stream().skip(count);
  }

  private static long octets(Stream<Capture.Packet> packets) {
    return packets.mapToLong(packet -> packet.octets().length).sum();
  }
}
