package org.m2mx.ua.firewall.pcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
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

/** Ports borrowed by NAT-PMP. */
@Timeout(180)
class NatPmpTest {
  private InetAddress own;
  private TestGateway gateway;
  private NatPmpFinder finder;

  @BeforeEach
  void start() throws Exception {
    own = InetAddress.getByName("127.0.0.1");
    gateway = new TestGateway(own);
    finder = finder(Duration.ofSeconds(20));
  }

  private NatPmpFinder finder(Duration patience) {
    return new NatPmpFinder(
        anywhere ->
            Optional.of(new PcpServer(gateway.pcpAddress(), List.of(patience, patience, patience))),
        Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private PinholeRequest request(TransportProtocol protocol, int port) throws Exception {
    return new PinholeRequest(
        protocol,
        new InetSocketAddress(own, port),
        InetAddress.getByName("0.0.0.0"),
        OptionalInt.empty(),
        Duration.ofSeconds(60));
  }

  /** RFC 6886 sections 3.2 and 3.3. */
  @Test
  void sendsWhatTheRfcDraws() {
    HexFormat hex = HexFormat.of();
    assertThat(hex.formatHex(NatPmpRequest.externalAddress())).isEqualTo("0000");
    assertThat(hex.formatHex(NatPmpRequest.map(TransportProtocol.UDP, 0x1092, 0x1093, 60)))
        .isEqualTo("0001" + "0000" + "1092" + "1093" + "0000003c");
    assertThat(hex.formatHex(NatPmpRequest.map(TransportProtocol.TCP, 0x1092, 0, 0)))
        .isEqualTo("0002" + "0000" + "1092" + "0000" + "00000000");
  }

  @Test
  void readsWhatTheRfcDraws() throws Exception {
    byte[] address = HexFormat.of().parseHex("00800000" + "000003e8" + "cb007109");
    assertThat(NatPmpResponse.parse(address, address.length))
        .isEqualTo(new NatPmpResponse.ExternalAddress(1000, InetAddress.getByName("203.0.113.9")));
    byte[] mapping =
        HexFormat.of().parseHex("00820000" + "000003e8" + "1092" + "1093" + "0000003c");
    assertThat(NatPmpResponse.parse(mapping, mapping.length))
        .isEqualTo(new NatPmpResponse.Mapping(2, 1000, 0x1092, 0x1093, 60));
    byte[] refusal = HexFormat.of().parseHex("00810002" + "000003e8" + "109200000000003c");
    assertThat(NatPmpResponse.parse(refusal, refusal.length))
        .isEqualTo(new NatPmpResponse.Refusal(1, 2, 1000));
  }

  @Test
  void borrowsAPortAndGivesItBack() throws Exception {
    FirewallControl control = finder.find(own).orElseThrow();
    assertThat(control.restriction()).isEqualTo(SourceRestriction.ANY_SOURCE);
    gateway.otherPort = true;
    Pinhole hole = control.open(request(TransportProtocol.TCP, 4242));
    assertThat(hole.outside()).isEqualTo(new InetSocketAddress("203.0.113.9", 4243));
    assertThat(hole.lease()).isEqualTo(Duration.ofSeconds(60));
    gateway.otherPort = false;
    hole.renew();
    assertThat(gateway.holes.values()).containsExactly("4243 to 4242");
    hole.close();
    assertThat(gateway.holes).isEmpty();
    assertThat(gateway.actions).containsExactly("2 4242 4242 60", "2 4242 4243 60", "2 4242 0 0");
  }

  @Test
  void saysWhenTheGatewayDoesNotLendTheSamePortAgain() throws Exception {
    Pinhole hole = finder.find(own).orElseThrow().open(request(TransportProtocol.UDP, 4242));
    gateway.otherPort = true;
    assertThatExceptionOfType(FirewallException.class)
        .isThrownBy(hole::renew)
        .withMessage("it lends port 4243 instead of 4242, where the peer does not look");
  }

  @Test
  void goesByTheLeaseThatIsGranted() throws Exception {
    gateway.longestLifetime = 20;
    assertThat(finder.find(own).orElseThrow().open(request(TransportProtocol.UDP, 4242)).lease())
        .isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void saysWhatTheGatewayRefuses() throws Exception {
    FirewallControl control = finder.find(own).orElseThrow();
    gateway.natPmpResult = 2;
    assertThatExceptionOfType(FirewallException.class)
        .isThrownBy(() -> control.open(request(TransportProtocol.TCP, 4242)))
        .withMessage("NAT-PMP not authorized or refused");
  }

  @Test
  void borrowsAllPortsAgainOnceItNoticesThatTheGatewayHasRestarted() throws Exception {
    gateway.age(1000);
    FirewallControl control = finder.find(own).orElseThrow();
    Pinhole one = control.open(request(TransportProtocol.TCP, 4242));
    control.open(request(TransportProtocol.UDP, 4243));
    gateway.restart();
    one.renew();
    assertThat(gateway.holes.values()).containsExactlyInAnyOrder("4242 to 4242", "4243 to 4243");
  }

  @Test
  void findsNothingWhereThereIsNone() throws Exception {
    gateway.externalAddress = "0.0.0.0";
    assertThat(finder.find(own)).as("no address outside").isEmpty();
    gateway.natPmp = false;
    assertThat(finder(Duration.ofMillis(500)).find(own)).as("no answer").isEmpty();
    assertThat(finder.find(InetAddress.getByName("::1"))).as("IPv6").isEmpty();
  }

  @Test
  void whateverComesIsReadOrRefused() {
    Random random = new Random(5);
    byte[] good = HexFormat.of().parseHex("00820000000003e8109210930000003c");
    for (int i = 0; i < 100_000; i++) {
      byte[] packet = Arrays.copyOf(good, random.nextInt(good.length + 4));
      for (int n = random.nextInt(4); n > 0 && packet.length > 0; n--) {
        packet[random.nextInt(packet.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(NatPmpResponse.parse(packet, packet.length).opcode()).isBetween(0, 127);
      } catch (FirewallException e) {
        assertThat(e).hasMessageContaining("NAT-PMP");
      }
    }
  }
}
