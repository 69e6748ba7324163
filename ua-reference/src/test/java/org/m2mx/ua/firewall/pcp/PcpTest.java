package org.m2mx.ua.firewall.pcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.Pinhole;
import org.m2mx.ua.firewall.PinholeRequest;
import org.m2mx.ua.firewall.SourceRestriction;
import org.m2mx.ua.firewall.TransportProtocol;
import org.m2mx.ua.testgateway.TestGateway;
import org.threeten.extra.MutableClock;

/** Mappings by PCP: what is sent, what is believed, and what is done when the server restarts. */
@Timeout(180)
class PcpTest {
  private Inet6Address own;
  private TestGateway gateway;
  private PcpFinder finder;

  @BeforeEach
  void start() throws Exception {
    own = (Inet6Address) InetAddress.getByName("::1");
    gateway = new TestGateway();
    finder = finder(Duration.ofSeconds(20));
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private PcpFinder finder(Duration patience) {
    return new PcpFinder(
        anywhere ->
            Optional.of(new PcpServer(gateway.pcpAddress(), List.of(patience, patience, patience))),
        Clock.systemUTC());
  }

  private PinholeRequest request(int port) throws Exception {
    return new PinholeRequest(
        TransportProtocol.TCP,
        new InetSocketAddress(own, port),
        (Inet6Address) InetAddress.getByName("2001:db8::7"),
        OptionalInt.empty(),
        Duration.ofSeconds(60));
  }

  /** RFC 6887 figures 2 and 9. */
  @Test
  void sendsWhatTheRfcDraws() throws Exception {
    byte[] packet =
        PcpRequest.map(
            60,
            new InetSocketAddress("2001:db8::5", 0x1092),
            HexFormat.of().parseHex("000102030405060708090a0b"),
            TransportProtocol.UDP,
            PcpRequest.wish(new InetSocketAddress("2001:db8::5", 0x1092)));
    assertThat(HexFormat.of().formatHex(packet))
        .isEqualTo(
            "02010000"
                + "0000003c"
                + "20010db8000000000000000000000005"
                + "000102030405060708090a0b"
                + "11000000"
                + "10921092"
                + "20010db8000000000000000000000005");
  }

  @Test
  void opensAHoleForAnybodyAndCloses() throws Exception {
    FirewallControl control = finder.find(own).orElseThrow();
    assertThat(control.restriction()).isEqualTo(SourceRestriction.ANY_SOURCE);
    Pinhole hole = control.open(request(4242));
    assertThat(gateway.holes.values()).containsExactly("6 4242");
    hole.renew();
    assertThat(gateway.holes).hasSize(1);
    hole.close();
    assertThat(gateway.holes).isEmpty();
  }

  @Test
  void goesByTheLeaseThatIsGranted() throws Exception {
    gateway.longestLifetime = 20;
    Pinhole hole = finder.find(own).orElseThrow().open(request(4242));
    assertThat(hole.lease()).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void takesNoAnswerWithAnothersNonce() throws Exception {
    PcpFinder hasty = finder(Duration.ofMillis(500));
    FirewallControl control =
        Stream.generate(() -> hasty.find(own))
            .limit(60)
            .flatMap(Optional::stream)
            .findFirst()
            .orElseThrow();
    gateway.wrongNonce = true;
    assertThatExceptionOfType(FirewallException.class)
        .isThrownBy(() -> control.open(request(4242)))
        .withMessageContaining("does not answer");
  }

  @Test
  void refusesAHoleWhereNoPeerWillLook() throws Exception {
    FirewallControl control = finder.find(own).orElseThrow();
    gateway.otherPort = true;
    assertThatExceptionOfType(FirewallException.class)
        .isThrownBy(() -> control.open(request(4242)))
        .withMessageContaining("[::1]:4243 instead");
    assertThat(gateway.holes).isEmpty();
  }

  @Test
  void restoresAllHolesOnceItNoticesThatTheServerHasRestarted() throws Exception {
    gateway.age(1000);
    FirewallControl control = finder.find(own).orElseThrow();
    Pinhole one = control.open(request(4242));
    control.open(request(4243));
    gateway.restart();
    one.renew();
    assertThat(gateway.holes.values()).containsExactlyInAnyOrder("6 4242", "6 4243");
  }

  @Test
  void aLaterSearchKnowsOfTheHolesOfTheOneBefore() throws Exception {
    gateway.age(1000);
    finder.find(own).orElseThrow().open(request(4242));
    gateway.restart();
    assertThat(gateway.holes).isEmpty();
    finder.find(own).orElseThrow();
    assertThat(gateway.holes.values()).containsExactly("6 4242");
  }

  @Test
  void findsNothingWhereNobodyAnswers() {
    gateway.pcp = false;
    assertThat(finder(Duration.ofMillis(500)).find(own)).isEmpty();
    assertThat(new PcpFinder(own -> Optional.empty(), Clock.systemUTC()).find(own)).isEmpty();
  }

  @Test
  void readsTheDefaultRouter() throws Exception {
    String zero = "0".repeat(32);
    String router = "fe800000000000000000000000000001";
    String other = "20010db8000000000000000000000001";
    List<String> routes =
        List.of(
            zero + " 00 " + zero + " 00 " + zero + " ffffffff 00000001 00000000 00200200 lo",
            zero + " 00 " + zero + " 00 " + router + " 00000800 1 00000000 00000003 wlan0",
            zero + " 00 " + zero + " 00 " + other + " 00000400 1 00000000 00000003 eth0",
            other + " 40 " + zero + " 00 " + router + " 00000001 1 00000000 00000003 eth1",
            "garbage");
    DefaultRouter.Route route = DefaultRouter.parse6(routes).orElseThrow();
    assertThat(route.device()).isEqualTo("eth0");
    assertThat(route.address()).isEqualTo(InetAddress.getByName("2001:db8::1"));
    assertThat(DefaultRouter.parse6(List.of())).isEmpty();
  }

  @Test
  void readsTheDefaultRouterOfIpv4() throws Exception {
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    String router = little ? "0102A8C0" : "C0A80201";
    String other = little ? "0103A8C0" : "C0A80301";
    String network = little ? "0002A8C0" : "C0A80200";
    List<String> routes =
        List.of(
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
            "wlan0\t00000000\t" + other + "\t0003\t0\t0\t600\t00000000\t0\t0\t0",
            "eth0\t00000000\t" + router + "\t0003\t0\t0\t100\t00000000\t0\t0\t0",
            "tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0",
            "eth0\t" + network + "\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0");
    DefaultRouter.Route route = DefaultRouter.parse4(routes).orElseThrow();
    assertThat(route.device()).isEqualTo("eth0");
    assertThat(route.address()).isEqualTo(InetAddress.getByName("192.168.2.1"));
    assertThat(DefaultRouter.parse4(List.of("garbage"))).isEmpty();
  }

  /**
   * RFC 6887 sections 5 and 11.1: addresses of IPv4 as IPv4-mapped ones, the wish as ::ffff:0:0.
   */
  @Test
  void writesIpv4AsTheRfcSays() {
    InetSocketAddress inside = new InetSocketAddress("192.168.2.10", 0x1092);
    byte[] packet =
        PcpRequest.map(60, inside, new byte[12], TransportProtocol.TCP, PcpRequest.wish(inside));
    assertThat(HexFormat.of().formatHex(packet))
        .isEqualTo(
            "02010000"
                + "0000003c"
                + "00000000000000000000ffffc0a8020a"
                + "000000000000000000000000"
                + "06000000"
                + "10921092"
                + "00000000000000000000ffff00000000");
  }

  /** A gateway that translates addresses, at 127.0.0.1. */
  private PinholeRequest translated(int port) throws Exception {
    gateway.close();
    gateway = new TestGateway(InetAddress.getByName("127.0.0.1"));
    return new PinholeRequest(
        TransportProtocol.UDP,
        new InetSocketAddress("127.0.0.1", port),
        InetAddress.getByName("0.0.0.0"),
        OptionalInt.empty(),
        Duration.ofSeconds(60));
  }

  @Test
  void borrowsAPortOfAGatewayThatTranslates() throws Exception {
    PinholeRequest request = translated(4242);
    gateway.otherPort = true;
    FirewallControl control =
        finder(Duration.ofSeconds(20)).find(request.ownAddress()).orElseThrow();
    Pinhole hole = control.open(request);
    assertThat(hole.outside()).isEqualTo(new InetSocketAddress("203.0.113.9", 4243));
    gateway.otherPort = false;
    hole.renew();
    hole.close();
    assertThat(gateway.holes).isEmpty();
  }

  @Test
  void saysWhenTheGatewayDoesNotGiveTheSamePortAgain() throws Exception {
    PinholeRequest request = translated(4242);
    Pinhole hole =
        finder(Duration.ofSeconds(20)).find(request.ownAddress()).orElseThrow().open(request);
    gateway.otherPort = true;
    assertThatExceptionOfType(FirewallException.class)
        .isThrownBy(hole::renew)
        .withMessage(
            "it opened 203.0.113.9:4243 instead of 203.0.113.9:4242, where the peer does not look");
  }

  @Test
  void doesNotBelieveInAGatewayWithoutAnAddressOutside() throws Exception {
    PinholeRequest request = translated(4242);
    gateway.externalAddress = "0.0.0.0";
    FirewallControl control =
        finder(Duration.ofSeconds(20)).find(request.ownAddress()).orElseThrow();
    assertThatExceptionOfType(FirewallException.class)
        .isThrownBy(() -> control.open(request))
        .withMessageContaining("0.0.0.0:4242 instead");
    assertThat(gateway.holes).isEmpty();
  }

  /** RFC 6887 section 8.5. */
  @Test
  void noticesFromTheEpochThatMappingsWereLost() {
    MutableClock clock = MutableClock.of(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    Epoch epoch = new Epoch(clock);
    assertThat(epoch.isContinuedBy(1000)).isTrue();
    clock.add(Duration.ofSeconds(60));
    assertThat(epoch.isContinuedBy(1062)).isTrue();
    clock.add(Duration.ofSeconds(60));
    assertThat(epoch.isContinuedBy(5)).as("started anew").isFalse();
    clock.add(Duration.ofSeconds(1000));
    assertThat(epoch.isContinuedBy(100)).as("too slow").isFalse();
    clock.add(Duration.ofSeconds(10));
    assertThat(epoch.isContinuedBy(500)).as("too fast").isFalse();
  }

  @Test
  void whateverComesIsReadOrRefused() {
    Random random = new Random(3);
    byte[] good = new byte[60];
    good[0] = 2;
    good[1] = (byte) 0x81;
    for (int i = 0; i < 100_000; i++) {
      byte[] packet = Arrays.copyOf(good, random.nextInt(good.length + 10));
      for (int n = random.nextInt(6); n > 0 && packet.length > 0; n--) {
        packet[random.nextInt(packet.length)] = (byte) random.nextInt(256);
      }
      try {
        PcpResponse response = PcpResponse.parse(packet, packet.length);
        assertThat(response.mapping().isPresent())
            .isEqualTo(response.opcode() == PcpRequest.MAP && packet.length >= 60);
      } catch (FirewallException e) {
        assertThat(e).hasMessageContaining("PCP");
      }
    }
  }
}
