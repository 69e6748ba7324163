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
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
import org.m2mx.ua.testing.RunningCommand;
import org.m2mx.ua.vici.Section;
import org.m2mx.ua.vici.ViciConnection;

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

  /** So long that a user agent takes what it knew for old: 20 s, which it looks at every 3 s. */
  private static final Duration SLEEP = Duration.ofSeconds(26);

  /** Of IPv6 (RFC 8200 section 5). */
  private static final int LEAST_MTU = 1280;

  private static final int USUAL_MTU = 1500;

  private static final String TUNNEL = "ike-esp-udpencap";
  private static final int IKE_PORT = 4500;
  private static final String NO_TUNNELS =
      "no charon-systemd, kernel-libipsec or /dev/net/tun: tunnels by IKE are not tested";

  /** What callers say, and nobody on the way may read. */
  private static final String SECRET = "plain words of ";

  /** Of what any socket has room for, however late it is read. */
  private static final String STORY = "once more, ".repeat(3_000);

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
    return userAgent(
        method,
        PEER,
        "call",
        "alice",
        Stream.concat(
                protocol.equals(TUNNEL) ? Stream.of(ikeDaemon(PEER)) : Stream.of(),
                Stream.of(
                    "--state",
                    homes.device(translated(method), "alice", protocol).toString(),
                    "--protocol",
                    protocol,
                    VIDEO))
            .toArray(String[]::new));
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

  private static void awaitArrive(List<Probe> probes) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!homes.arrived(probes).containsAll(probes)) {
      assertThat(System.nanoTime()).as("let in: %s", probes).isLessThan(deadline);
    }
  }

  private static void awaitArrives(Probe probe) throws Exception {
    awaitArrive(List.of(probe));
  }

  private static void awaitDropped(List<Probe> probes, Duration limit) throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    for (List<Probe> in = homes.arrived(probes); !in.isEmpty(); in = homes.arrived(probes)) {
      assertThat(System.nanoTime()).as("dropped within %s: %s", limit, in).isLessThan(deadline);
      Thread.sleep(100);
    }
  }

  private static void assertEveryPortIsClosed(String method, String transport) throws Exception {
    assertThat(homes.arrived(toEveryPort(method, transport).toList())).isEmpty();
  }

  private static Stream<Probe> toEveryPort(String method, String transport) {
    return Homes.toAllPorts(transport, PEER, callee(method), translated(method));
  }

  /** What can be had of this machine, of which tunnels take the most. */
  private static List<String> protocols() {
    return canTunnel() ? List.of("tcp-tls", "udp-dtls", TUNNEL) : List.of("tcp-tls", "udp-dtls");
  }

  private static boolean canTunnel() {
    return Files.isExecutable(Path.of("/usr/sbin/charon-systemd"))
        && Files.exists(Path.of("/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so"))
        && Files.exists(Path.of("/dev/net/tun"));
  }

  /** Names a machine's IKE daemon, where there can be one. */
  private static String[] ikeDaemon(String space) throws Exception {
    return canTunnel() ? new String[] {"--vici", homes.ikeDaemon(space).toString()} : new String[0];
  }

  /** One session as it goes, by a hole that is for the peer alone or for anybody. */
  private static final class Visit implements AutoCloseable {
    private final String transport;
    private final String to;
    private final boolean translated;
    private final String protocol;
    private final RunningCommand call;
    private int port;
    private int peerPort;

    /** Calls, and does not wait. */
    Visit(String method, String protocol) throws Exception {
      this.transport = protocol.equals("tcp-tls") ? "tcp" : "udp";
      this.to = callee(method);
      this.translated = translated(method);
      this.protocol = protocol;
      this.call = call(method, protocol);
    }

    Visit(String method, String protocol, String words) throws Exception {
      this(method, protocol);
      begin(words);
    }

    void begin(String words) throws Exception {
      peerPort = port(call, 1);
      port = port(call, 2);
      if (protocol.equals(TUNNEL)) {
        assertThat(port).isEqualTo(IKE_PORT);
        assertThat(call.stderr()).contains("connected with " + VIDEO + ": IKEv2 AES_GCM_16_256");
      } else {
        assertThat(port).isGreaterThanOrEqualTo(Homes.FIRST_PORT);
      }
      assertEchoes(call, words);
    }

    Probe from(String space) {
      return new Probe(transport, space, to, port, 0, translated);
    }

    /** As the peer itself sends it: a stream begins at any of its ports. */
    Probe fromThePeer() {
      return new Probe(
          transport, PEER, to, port, transport.equals("udp") ? peerPort : 0, translated);
    }

    boolean isAt(Probe probe) {
      return probe.protocol().equals(transport) && probe.port() == port;
    }

    /** Another connection of the peer's comes in, and so do its packets. */
    void assertPeerIsLetIn(String words) throws Exception {
      if (transport.equals("tcp")) {
        awaitArrives(fromThePeer());
        assertEchoes(call, words);
      } else {
        homes.forgetArrivals(to);
        assertEchoes(call, words);
        assertThat(homes.hasArrived(fromThePeer())).as("%s", fromThePeer()).isTrue();
      }
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

  /** A session by each protocol, all at once. */
  private static final class Visits implements AutoCloseable {
    private final List<Visit> visits = new ArrayList<>();
    private final long begun;

    Visits(String method, String words) throws Exception {
      try {
        for (String protocol : protocols()) {
          visits.add(new Visit(method, protocol));
        }
        for (Visit visit : visits) {
          visit.begin(words + " by " + visit.protocol);
        }
        begun = System.nanoTime();
      } catch (Exception | AssertionError e) {
        close();
        throw e;
      }
    }

    List<Probe> fromStrangers() {
      return visits.stream().flatMap(visit -> STRANGERS.stream().map(visit::from)).toList();
    }

    List<Probe> fromThePeer() {
      return visits.stream().map(Visit::fromThePeer).toList();
    }

    /** The peer's, too. */
    List<Probe> toOtherPorts(String method) {
      return Stream.of("tcp", "udp")
          .flatMap(transport -> toEveryPort(method, transport))
          .filter(probe -> visits.stream().noneMatch(visit -> visit.isAt(probe)))
          .toList();
    }

    /** While data goes from home to home, the server's link has next to nothing to carry. */
    void assertServerCarriesNothing(String method) throws Exception {
      Instant before = Instant.now();
      for (Visit visit : visits) {
        visit.call.type(STORY + "so ends it by " + visit.protocol + "\n");
      }
      for (Visit visit : visits) {
        visit.call.awaitProgress("so ends it by " + visit.protocol + "\n");
      }
      boolean translated = translated(method);
      InetAddress a = InetAddress.getByName(Homes.seen(PEER, translated));
      InetAddress b = InetAddress.getByName(Homes.seen(callee(method), translated));
      long direct =
          await("octets from home to home")
              .atMost(PATIENCE)
              .until(
                  () -> octets(since(before, homeB).filter(packet -> packet.isBetween(a, b))),
                  greaterThan(2L * visits.size() * STORY.length()));
      assertThat(octets(served(before)))
          .as("octets to and from the server, beside %d from home to home", direct)
          .isLessThan(direct / 10);
    }

    void assertPeerIsLetIn(String words) throws Exception {
      for (Visit visit : visits) {
        visit.assertPeerIsLetIn(words);
      }
    }

    /** The holes of before have lapsed, had they not been renewed. */
    void stayLongerThanALease() throws InterruptedException {
      long left = LEASE.plusSeconds(1).toNanos() - (System.nanoTime() - begun);
      TimeUnit.NANOSECONDS.sleep(left);
    }

    /** And ends the peer's daemon, in whose place packets can be sent only when it is gone. */
    void hangUp() throws Exception {
      for (Visit visit : visits) {
        visit.call.endInput();
      }
      for (Visit visit : visits) {
        visit.hangUp();
      }
      homes.stopIkeDaemon(PEER);
    }

    void kill() throws Exception {
      for (Visit visit : visits) {
        visit.call.kill();
      }
      homes.stopIkeDaemon(PEER);
    }

    @Override
    public void close() throws IOException {
      for (Visit visit : visits) {
        visit.close();
      }
    }
  }

  /**
   * Tunnels by RFC 6193 have the port of the machine's IKE daemon, which is the same for all
   * sessions.
   */
  @ParameterizedTest
  @CsvSource({"igd, true", "nft, true", "pcp, false", "pcp-ipv4, false", "nat-pmp, false"})
  void holesAreForThePeerAndTheSession(String method, boolean forThePeerAlone) throws Exception {
    String to = callee(method);
    try (RunningCommand listener = listener(method, ikeDaemon(to))) {
      assertThat(homes.arrived(beforeTheCall(method))).as("before the call").isEmpty();
      theyEndWithTheirSessions(method, listener, forThePeerAlone);
      theyLapseWhenTheUserAgentIsKilled(method, listener);
    } finally {
      homes.stopIkeDaemon(PEER);
      homes.stopIkeDaemon(to);
    }
    assertThat(homeA.contains(SECRET) || homeB.contains(SECRET)).as("plain words seen").isFalse();
    assumeTrue(canTunnel(), "by tcp-tls and udp-dtls it is so; " + NO_TUNNELS);
  }

  private static List<Probe> beforeTheCall(String method) {
    Probe tunnel = new Probe("udp", PEER, callee(method), IKE_PORT, IKE_PORT, translated(method));
    return Stream.of(toEveryPort(method, "tcp"), toEveryPort(method, "udp"), Stream.of(tunnel))
        .flatMap(probes -> probes)
        .toList();
  }

  private static void theyEndWithTheirSessions(
      String method, RunningCommand listener, boolean forThePeerAlone) throws Exception {
    try (Visits visits = new Visits(method, "ended")) {
      visits.assertPeerIsLetIn("in the call");
      visits.assertServerCarriesNothing(method);
      assertThat(homes.arrived(visits.toOtherPorts(method))).as("at other ports").isEmpty();
      if (forThePeerAlone) {
        assertThat(homes.arrived(visits.fromStrangers())).as("strangers'").isEmpty();
      } else {
        awaitArrive(visits.fromStrangers());
        listener.awaitProgress("cannot restrict one to the peer");
      }
      if (method.equals("igd")) {
        visits.stayLongerThanALease();
        visits.assertPeerIsLetIn("after a lease");
      }
      visits.hangUp();
      // A gateway that refuses to close by PCP what was renewed lets it lapse soon.
      listener.awaitProgress(" close");
      awaitDropped(visits.fromThePeer(), LEASE.plus(SLACK));
    }
  }

  private static void theyLapseWhenTheUserAgentIsKilled(String method, RunningCommand listener)
      throws Exception {
    try (Visits visits = new Visits(method, "killed")) {
      long killed = System.nanoTime();
      listener.kill();
      visits.kill();
      List<Probe> left = homes.arrived(visits.fromThePeer());
      assertThat(
              left.containsAll(visits.fromThePeer())
                  || System.nanoTime() - killed > LEASE.dividedBy(4).toNanos())
          .as("nobody has closed them: %s", left)
          .isTrue();
      awaitDropped(visits.fromThePeer(), LEASE.plus(SLACK));
    }
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
      awaitDropped(List.of(visit.from(PEER)), LEASE.plus(SLACK));
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
    // The gateway lets nobody close a hole from another address than it was opened from.
    awaitDropped(toEveryPort("igd", "udp").toList(), LEASE.plus(SLACK));
  }

  /** As where the lid of a laptop was shut, on which its gateway closes the hole. */
  @Test
  void aSessionOutlivesAUserAgentThatStandsStill() throws Exception {
    try (RunningCommand listener = listener("igd");
        Visit visit = new Visit("igd", "tcp-tls", "before")) {
      listener.suspend();
      long stopped = System.nanoTime();
      try {
        awaitDropped(List.of(visit.fromThePeer()), LEASE.plus(SLACK));
        visit.call.type(SECRET + "meanwhile\n");
        TimeUnit.NANOSECONDS.sleep(stopped + SLEEP.toNanos() - System.nanoTime());
        assertThat(visit.call.stdout()).doesNotContain("meanwhile");
      } finally {
        listener.resume();
      }
      awaitArrives(visit.fromThePeer());
      visit.call.awaitProgress(SECRET + "meanwhile\n");
      await("registered by another connection")
          .atMost(PATIENCE)
          .until(() -> count(listener.stderr(), "registered " + VIDEO) >= 2);
      assertEchoes(visit.call, "after");
      visit.hangUp();
      awaitDropped(List.of(visit.fromThePeer()), LEASE.plus(SLACK));
    }
  }

  /** A call whose octets are counted as they are typed, and come back. */
  private static final class Typing implements AutoCloseable {
    private final RunningCommand call;
    private final MessageDigest typed;
    private final Random random = new Random();

    Typing(String protocol) throws Exception {
      call = call("igd", protocol);
      typed = MessageDigest.getInstance("SHA-256");
    }

    void type() throws IOException {
      byte[] piece = new byte[8 * 1024];
      random.nextBytes(piece);
      String text = HexFormat.of().formatHex(piece);
      typed.update(text.getBytes(StandardCharsets.US_ASCII));
      call.type(text);
    }

    long back() throws IOException {
      return call.stdoutLength();
    }

    /** All that was typed has come back, once. */
    void finish() throws Exception {
      call.endInput();
      assertThat(call.exitCode()).as(call.stderr()).isZero();
      assertThat(MessageDigest.getInstance("SHA-256").digest(call.stdoutBytes()))
          .isEqualTo(typed.digest());
    }

    @Override
    public void close() throws IOException {
      call.close();
    }
  }

  /**
   * Both ways, while what was sent is not there yet; the octets go on through the other hole, and
   * those of a tunnel by another one.
   */
  @Test
  void nothingOfAStreamIsLostWhenAMachineGetsAnotherAddress() throws Exception {
    String before = Homes.address("ua-b");
    String after = before.replace("::10", "::20");
    List<Typing> calls = new ArrayList<>();
    try (RunningCommand listener = listener("igd", ikeDaemon("ua-b"))) {
      for (String protocol : protocols()) {
        if (!protocol.equals("udp-dtls")) {
          calls.add(new Typing(protocol));
        }
      }
      typeUntil(calls, call -> call.back() >= 500_000);
      homes.renumber("ua-b", before, after);
      try {
        typeUntil(calls, call -> call.call.stderr().contains(" to [" + after + "]:"));
        for (Typing call : calls) {
          long moved = call.back();
          typeUntil(calls, typing -> call.back() >= moved + 500_000);
        }
        await("each goes on")
            .atMost(PATIENCE)
            .until(
                () -> count(listener.stderr(), " goes on from [" + after + "]:") >= calls.size());
        if (canTunnel()) {
          await("the old tunnel has ended")
              .atMost(PATIENCE)
              .until(() -> tunnelsFrom("ua-b").equals(List.of(after)));
        }
        for (Typing call : calls) {
          call.finish();
          call.call.awaitProgress("closed the hole from ");
        }
      } finally {
        homes.renumber("ua-b", after, before);
      }
    } finally {
      for (Typing call : calls) {
        call.close();
      }
      homes.stopIkeDaemon(PEER);
      homes.stopIkeDaemon("ua-b");
    }
    // As above: the hole at the old address lapses.
    awaitDropped(Homes.toAllPorts("tcp", PEER, callee("igd"), false).toList(), PATIENCE);
    assumeTrue(canTunnel(), "by tcp-tls it is so; " + NO_TUNNELS);
  }

  /** Whether one of the calls has come so far. */
  private interface Progress {
    boolean isMade(Typing call) throws IOException;
  }

  private static void typeUntil(List<Typing> calls, Progress progress) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (Typing call : calls) {
      while (!progress.isMade(call)) {
        assertThat(System.nanoTime()).as("in time: %s", call.call.stderr()).isLessThan(deadline);
        for (Typing other : calls) {
          other.type();
        }
        Thread.sleep(10);
      }
    }
  }

  private static int count(String text, String words) {
    return text.split(Pattern.quote(words), -1).length - 1;
  }

  /** The addresses of a machine that its IKE daemon has tunnels from. */
  private static List<String> tunnelsFrom(String space) throws Exception {
    List<String> addresses = new ArrayList<>();
    try (ViciConnection vici = ViciConnection.open(homes.ikeDaemon(space))) {
      vici.request(
          "list-sas",
          new Section(),
          Duration.ofSeconds(30),
          "list-sa",
          event ->
              event
                  .sections()
                  .values()
                  .forEach(tunnel -> tunnel.text("local-host").ifPresent(addresses::add)));
    }
    return addresses;
  }

  /**
   * The check of devices, held against our own and its real gateway, which meanwhile another user
   * of the home has the server look at from outside.
   */
  @Test
  void theCheckSeesAHoleLapseAfterACrash() throws Exception {
    try (RunningCommand listener = listener("igd");
        RunningCommand doctor =
            homes.userAgent(
                callee("igd"), "doctor", "mallory", "--firewall", "igd", "--strict-firewall")) {
      try (RunningCommand check = leaseLapse("true", Duration.ofSeconds(1))) {
        assertThat(check.exitCode()).as("%s%s", check.stdout(), check.stderr()).isEqualTo(22);
        assertThat(check.stdout()).contains("still answers 6 s after the crash");
      }
      try (RunningCommand check = leaseLapse("kill -9 " + listener.pid(), LEASE.plus(SLACK))) {
        assertThat(check.exitCode()).as("%s%s", check.stdout(), check.stderr()).isZero();
        assertThat(check.stdout()).contains("1 passed, 0 failed, 0 skipped");
      }
      assertThat(doctor.exitCode()).as("%s%s", doctor.stdout(), doctor.stderr()).isZero();
      assertThat(doctor.stdout())
          .contains("ok    firewall    the server has knocked by TCP and UDP")
          .contains("opened one from " + Homes.SERVER + " to TCP port ")
          .contains("opened one from " + Homes.SERVER + " to UDP port ");
      assertThat(count(doctor.stdout(), "the server's knock came in by it")).isEqualTo(2);
    }
  }

  /** Held against our own again, before which a hole opens, and then none. */
  @Test
  void theCheckTriesATunnel() throws Exception {
    assumeTrue(canTunnel(), NO_TUNNELS);
    try {
      try (RunningCommand listener = listener("igd", ikeDaemon("ua-b"));
          RunningCommand check = tunnelCheck(60)) {
        assertThat(check.exitCode())
            .as("%s%s%s", check.stdout(), check.stderr(), listener.stderr())
            .isZero();
        assertThat(check.stdout()).contains("2 passed, 0 failed, 0 skipped");
      }
      try (RunningCommand listener = listener("none", ikeDaemon("ua-b"));
          RunningCommand check = tunnelCheck(3)) {
        assertThat(check.exitCode())
            .as("%s%s%s", check.stdout(), check.stderr(), listener.stderr())
            .isEqualTo(22);
        assertThat(check.stdout())
            .contains("No data connection to [" + Homes.address("ua-b") + "]:4500 (timed out)")
            .contains("1 passed, 1 failed, 0 skipped");
      }
    } finally {
      homes.stopIkeDaemon(PEER);
      homes.stopIkeDaemon("ua-b");
    }
  }

  private static RunningCommand tunnelCheck(int patience) throws Exception {
    return homes.userAgent(
        PEER,
        "check device",
        "alice",
        Stream.concat(
                Stream.of(ikeDaemon(PEER)),
                Stream.of(
                    "--only",
                    "tunnel,tunnel-certificate",
                    "--patience",
                    String.valueOf(patience),
                    VIDEO))
            .toArray(String[]::new));
  }

  /** The other way round: the check is in the internet, where the device can reach it. */
  @Test
  void theCheckHoldsADeviceThatCalls() throws Exception {
    try (RunningCommand check =
        homes.userAgent(
            "core",
            "check device",
            "video",
            "--only",
            "calls,calls-mismatch,calls-forked",
            "--patience",
            "60",
            "--dial",
            homes.userAgentLine(PEER, "call", "alice", VIDEO),
            "sip:alice@m2m-x.example")) {
      assertThat(check.exitCode()).as("%s%s", check.stdout(), check.stderr()).isZero();
      assertThat(check.stdout()).contains("3 passed, 0 failed, 0 skipped");
    }
  }

  /**
   * Of either device's daemon the one begins a tunnel and waits for the other, with the same peer.
   */
  @Test
  void tunnelsInOppositeDirectionsAreTwo() throws Exception {
    assumeTrue(canTunnel(), NO_TUNNELS);
    for (String gateway : List.of("gw-a", "gw-b")) {
      homes.openForTunnels(gateway);
    }
    try (RunningCommand a = homes.tunnelEnds(PEER, "ua-b", folder.resolve("ends-a"));
        RunningCommand b = homes.tunnelEnds("ua-b", PEER, folder.resolve("ends-b"))) {
      a.type("peer " + TunnelEnds.certificate(b) + "\n");
      b.type("peer " + TunnelEnds.certificate(a) + "\n");
      // One after the other: the daemon that has begun the first takes its connection for both.
      a.type("open one active\n");
      b.type("open one passive\n");
      a.awaitProgress("one is open");
      b.awaitProgress("one is open");
      a.type("open two passive\n");
      b.type("open two active\n");
      a.awaitProgress("two is open");
      b.awaitProgress("two is open");
      a.type("say one hello from a\n");
      b.awaitProgress("one hears hello from a");
      b.type("say two hello from b\n");
      a.awaitProgress("two hears hello from b");
      a.type("close one\n");
      b.awaitProgress("one has ended");
      b.type("close one\nsay two still there\n");
      b.awaitProgress("one is closed");
      a.awaitProgress("two hears still there");
      a.type("say two so am I\n");
      b.awaitProgress("two hears so am I");
    } finally {
      for (String gateway : List.of("gw-a", "gw-b")) {
        homes.closeForTunnels(gateway);
      }
      homes.stopIkeDaemon(PEER);
      homes.stopIkeDaemon("ua-b");
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

  /** By a link of the least MTU there is. */
  @ParameterizedTest
  @ValueSource(strings = {"tcp-tls", "udp-dtls"})
  void nobodyOnTheWayReadsTheDataAndTheServerCarriesNoneOfIt(String protocol) throws Exception {
    String words = (SECRET + "a long story; ").repeat(20_000);
    Instant before = Instant.now();
    homes.setMtuOfB(LEAST_MTU);
    try (RunningCommand listener = listener("igd");
        RunningCommand call = call("igd", protocol)) {
      call.type(words.getBytes(StandardCharsets.US_ASCII));
      assertThat(call.exitCode()).as(call.stderr()).isZero();
      assertThat(call.stdout()).contains(SECRET);
      listener.awaitProgress("ended");
    } finally {
      homes.setMtuOfB(USUAL_MTU);
    }
    InetAddress a = Homes.inetAddress("ua-a");
    InetAddress b = Homes.inetAddress("ua-b");
    long direct =
        await("octets from home to home")
            .atMost(PATIENCE)
            .until(
                () -> octets(since(before, homeB).filter(packet -> packet.isBetween(a, b))),
                greaterThan((long) words.length()));
    assertThat(octets(served(before)))
        .as("octets to and from the server")
        .isBetween(1_000L, direct / 5);
    assertThat(homeA.contains(SECRET) || homeB.contains(SECRET)).as("plain words seen").isFalse();
    if (protocol.equals("udp-dtls")) {
      List<Capture.Packet> carried =
          Stream.concat(since(before, homeA), since(before, homeB))
              .filter(packet -> packet.isBetween(a, b))
              .toList();
      assertThat(carried).noneMatch(Capture.Packet::isFragment);
      assertThat(carried.stream().filter(Capture.Packet::isWholeDatagram))
          .extracting(packet -> packet.octets().length)
          .allMatch(length -> length <= LEAST_MTU)
          .contains(LEAST_MTU);
    }
  }

  private static Stream<Capture.Packet> served(Instant begun) throws IOException {
    InetAddress server = InetAddress.getByName(Homes.SERVER);
    InetAddress server4 = InetAddress.getByName(Homes.SERVER_4);
    return Stream.concat(since(begun, homeA), since(begun, homeB))
        .filter(packet -> packet.concerns(server) || packet.concerns(server4));
  }

  private static Stream<Capture.Packet> since(Instant begun, Capture capture) throws IOException {
    return capture.packetsSince(begun).stream();
  }

  private static long octets(Stream<Capture.Packet> packets) {
    return packets.mapToLong(packet -> packet.octets().length).sum();
  }
}
