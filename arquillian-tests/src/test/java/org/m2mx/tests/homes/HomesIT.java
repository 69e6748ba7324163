package org.m2mx.tests.homes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.m2mx.tests.homes.Homes.Fate;

/**
 * A hole in home B's firewall, from the call to its end, seen from outside: by packets that arrive
 * or do not. The peer is home A's user agent; strangers are the router of the internet and home A's
 * gateway.
 */
@Timeout(120)
class HomesIT {
  private static final String PEER = "ua-a";
  private static final List<String> STRANGERS = List.of("core", "gw-a");
  private static final String VIDEO = "sip:video@m2m-x.example";
  private static final Pattern PORT =
      Pattern.compile("connected with .*, \\[" + Homes.CALLEE + "\\]:(\\d+) to ");
  private static final Duration LEASE = Duration.ofSeconds(6);

  @TempDir static Path folder;
  private static Homes homes;

  @BeforeAll
  static void build() throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "not root: pinholes in real firewalls are not tested");
    for (String command : List.of("ip", "nft", "miniupnpd")) {
      assumeTrue(
          Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")
              .anyMatch(place -> Files.isExecutable(Path.of(place, command))),
          "no " + command + ": pinholes in real firewalls are not tested");
    }
    homes = Homes.build(folder);
  }

  @AfterAll
  static void remove() throws Exception {
    if (homes != null) {
      homes.close();
    }
  }

  private static SpaceProcess listener(String... options) throws Exception {
    SpaceProcess listener =
        homes.userAgent(
            "ua-b",
            "listen",
            "video",
            Stream.concat(
                    Stream.of("--echo", "--lease", String.valueOf(LEASE.toSeconds())),
                    Stream.of(options))
                .toArray(String[]::new));
    listener.await("registered");
    return listener;
  }

  private static SpaceProcess call() throws Exception {
    return homes.userAgent(PEER, "call", "alice", VIDEO);
  }

  private static int port(SpaceProcess listener) throws Exception {
    listener.await("connected with");
    Matcher port = PORT.matcher(listener.stderr());
    assertThat(port.find()).as(listener.stderr()).isTrue();
    return Integer.parseInt(port.group(1));
  }

  private static void assertEchoes(SpaceProcess call, String text) throws Exception {
    call.type(text);
    call.await(text);
  }

  private static void awaitDropped(int port, Duration limit) throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    while (homes.probe(PEER, port) != Fate.DROPPED) {
      assertThat(System.nanoTime()).as("dropped within %s", limit).isLessThan(deadline);
      Thread.sleep(100);
    }
  }

  private static void assertEveryPortIsClosed() throws Exception {
    assertThat(homes.probeAll(PEER)).containsExactly(Fate.DROPPED);
  }

  @Test
  void aPinholeByIgdLetsThePeerInAloneAndOnlyForTheSession() throws Exception {
    try (SpaceProcess listener = listener()) {
      assertEveryPortIsClosed();
      try (SpaceProcess call = call()) {
        int port = port(listener);
        assertThat(port).isGreaterThanOrEqualTo(Homes.FIRST_PORT);
        assertEchoes(call, "one");
        assertThat(homes.probe(PEER, port)).isEqualTo(Fate.ARRIVES);
        for (String stranger : STRANGERS) {
          assertThat(homes.probe(stranger, port)).as(stranger).isEqualTo(Fate.DROPPED);
        }

        Thread.sleep(LEASE.toMillis());
        assertEchoes(call, "two");
        assertThat(homes.probe(PEER, port)).as("renewed").isEqualTo(Fate.ARRIVES);

        call.endInput();
        assertThat(call.exitCode()).as(call.stderr()).isZero();
        awaitDropped(port, Duration.ofSeconds(2));
      }
    }
  }

  @Test
  void thePinholeOfAUserAgentThatIsKilledLapses() throws Exception {
    try (SpaceProcess listener = listener();
        SpaceProcess call = call()) {
      int port = port(listener);
      assertEchoes(call, "one");
      listener.kill();
      assertThat(homes.probe(PEER, port)).as("nobody has closed it").isEqualTo(Fate.ARRIVES);
      awaitDropped(port, LEASE.plusSeconds(2));
    }
  }

  @Test
  void thePinholeOfAUserAgentThatIsStoppedIsClosed() throws Exception {
    try (SpaceProcess listener = listener();
        SpaceProcess call = call()) {
      int port = port(listener);
      assertEchoes(call, "one");
      listener.stop();
      assertThat(homes.probe(PEER, port)).isEqualTo(Fate.DROPPED);
    }
  }

  @Test
  void byPcpItLetsAnybodyInAndStrictModeRefusesThat() throws Exception {
    try (SpaceProcess listener = listener("--firewall", "pcp");
        SpaceProcess call = call()) {
      int port = port(listener);
      assertEchoes(call, "one");
      assertThat(homes.probe(PEER, port)).isEqualTo(Fate.ARRIVES);
      assertThat(homes.probe("core", port)).isEqualTo(Fate.ARRIVES);
      listener.await("cannot restrict a hole to the peer");
      call.endInput();
      assertThat(call.exitCode()).as(call.stderr()).isZero();
      awaitDropped(port, LEASE);
    }
    try (SpaceProcess strict = listener("--firewall", "pcp", "--strict-firewall");
        SpaceProcess call = call()) {
      strict.await("No hole in the firewall");
      assertThat(call.exitCode()).isEqualTo(11);
      assertEveryPortIsClosed();
    }
  }
}
