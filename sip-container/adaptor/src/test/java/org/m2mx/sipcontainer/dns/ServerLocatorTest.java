package org.m2mx.sipcontainer.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.m2mx.sipcontainer.config.Transport;
import org.threeten.extra.MutableClock;

/** RFC 3263 section 4. */
class ServerLocatorTest {
  private static final String DOMAIN = "voice.test";

  private NameServer dns;
  private ServerLocator locator;
  private final MutableClock clock =
      MutableClock.of(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
  private List<Transport> transports = List.of(Transport.TLS, Transport.TCP, Transport.UDP);
  private boolean ipv6 = true;

  @BeforeEach
  void start() throws Exception {
    dns = new NameServer();
    String[] setting = dns.setting().split(":");
    locator =
        new ServerLocator(
            new Records(
                new NameServers(
                    () -> List.of(new InetSocketAddress(setting[0], Integer.parseInt(setting[1]))),
                    Duration.ofSeconds(60)),
                clock),
            new ServerLocator.Reachable() {
              @Override
              public List<Transport> transports() {
                return transports;
              }

              @Override
              public boolean reaches(Transport transport, InetAddress address) {
                return transports.contains(transport) && (ipv6 || address instanceof Inet4Address);
              }

              @Override
              public List<InetAddress> ofTheSystem(String host) {
                return List.of();
              }
            },
            new Random(1));
  }

  @AfterEach
  void stop() throws Exception {
    dns.close();
  }

  private List<String> locate(Destination destination) throws IOException {
    Deadline deadline = Deadline.in(Duration.ofSeconds(60), Clock.systemUTC());
    return locator.locate(destination, deadline).stream()
        .map(target -> target.transport() + " " + target.address().toString().substring(1))
        .toList();
  }

  private static Destination domain() {
    return new Destination(DOMAIN, Optional.empty(), Optional.empty(), false);
  }

  private static Destination over(Transport transport) {
    return new Destination(DOMAIN, Optional.empty(), Optional.of(transport), false);
  }

  @Test
  void followsNaptrToSrvToAddresses() throws Exception {
    dns.add(DOMAIN, "NAPTR", 60, "20 10 \"s\" \"SIP+D2T\" \"\" _sip._tcp.voice.test.")
        .add(DOMAIN, "NAPTR", 60, "10 10 \"s\" \"SIPS+D2T\" \"\" _sips._tcp.elsewhere.test.")
        .add(DOMAIN, "NAPTR", 60, "5 10 \"s\" \"SIP+D2S\" \"\" _sip._sctp.voice.test.")
        .add("_sips._tcp.elsewhere.test", "SRV", 60, "10 0 5071 two.elsewhere.test.")
        .add("_sips._tcp.elsewhere.test", "SRV", 60, "5 0 5061 one.elsewhere.test.")
        .add("_sip._tcp.voice.test", "SRV", 60, "0 0 5060 one.elsewhere.test.")
        .add("one.elsewhere.test", "AAAA", 60, "2001:db8::1")
        .add("one.elsewhere.test", "A", 60, "192.0.2.1")
        .add("two.elsewhere.test", "CNAME", 60, "three.elsewhere.test.")
        .add("three.elsewhere.test", "A", 60, "192.0.2.3");
    assertThat(locate(domain()))
        .containsExactly(
            "TLS [2001:db8:0:0:0:0:0:1]:5061",
            "TLS 192.0.2.1:5061",
            "TLS 192.0.2.3:5071",
            "TCP [2001:db8:0:0:0:0:0:1]:5060",
            "TCP 192.0.2.1:5060");
  }

  @Test
  void asksTheWellKnownServicesWhereThereIsNoNaptr() throws Exception {
    dns.add("_sip._udp." + DOMAIN, "SRV", 60, "0 0 5080 host.test.")
        .add("_sip._tcp." + DOMAIN, "SRV", 60, "0 0 5070 host.test.")
        .add("host.test", "A", 60, "192.0.2.1");
    assertThat(locate(domain())).containsExactly("TCP 192.0.2.1:5070", "UDP 192.0.2.1:5080");
    assertThat(locate(over(Transport.UDP))).containsExactly("UDP 192.0.2.1:5080");
  }

  @Test
  void takesTheAddressesOfTheNameWhereThereIsNoService() throws Exception {
    dns.add(DOMAIN, "A", 60, "192.0.2.1");
    assertThat(locate(domain())).containsExactly("UDP 192.0.2.1:5060");
    assertThat(locate(over(Transport.TLS))).containsExactly("TLS 192.0.2.1:5061");
  }

  @Test
  void asksForAddressesOnlyWhereThePortIsKnown() throws Exception {
    dns.add(DOMAIN, "A", 60, "192.0.2.1");
    assertThat(locate(new Destination(DOMAIN, Optional.of(5099), Optional.empty(), false)))
        .containsExactly("UDP 192.0.2.1:5099");
    assertThat(dns.asked()).containsExactly("AAAA voice.test.", "A voice.test.");
  }

  @Test
  void goesOverTlsAloneForSips() throws Exception {
    dns.add("_sip._tcp." + DOMAIN, "SRV", 60, "0 0 5070 host.test.")
        .add("_sips._tcp." + DOMAIN, "SRV", 60, "0 0 5081 host.test.")
        .add("host.test", "A", 60, "192.0.2.1");
    assertThat(locate(new Destination(DOMAIN, Optional.empty(), Optional.of(Transport.TCP), true)))
        .containsExactly("TLS 192.0.2.1:5081");
  }

  @Test
  void leavesOutWhatCannotBeReached() throws Exception {
    ipv6 = false;
    transports = List.of(Transport.TCP);
    dns.add("_sips._tcp." + DOMAIN, "SRV", 60, "0 0 5061 host.test.")
        .add("_sip._tcp." + DOMAIN, "SRV", 60, "0 0 5060 host.test.")
        .add("host.test", "AAAA", 60, "2001:db8::1")
        .add("host.test", "A", 60, "192.0.2.1");
    assertThat(locate(domain())).containsExactly("TCP 192.0.2.1:5060");
  }

  @Test
  void spreadsServersOfOnePriorityByWeight() throws Exception {
    dns.add("_sip._tcp." + DOMAIN, "SRV", 3600, "0 90 5060 heavy.test.")
        .add("_sip._tcp." + DOMAIN, "SRV", 3600, "0 10 5060 light.test.")
        .add("heavy.test", "A", 3600, "192.0.2.90")
        .add("light.test", "A", 3600, "192.0.2.10");
    Set<String> firsts = new TreeSet<>();
    int heavy = 0;
    for (int i = 0; i < 500; i++) {
      String first = locate(over(Transport.TCP)).get(0);
      firsts.add(first);
      heavy += first.startsWith("TCP 192.0.2.90") ? 1 : 0;
    }
    assertThat(firsts).containsExactly("TCP 192.0.2.10:5060", "TCP 192.0.2.90:5060");
    assertThat(heavy).isBetween(400, 490);
  }

  @Test
  void asksAgainOnceARecordHasExpired() throws Exception {
    dns.add(DOMAIN, "A", 30, "192.0.2.1");
    Destination host = new Destination(DOMAIN, Optional.of(5060), Optional.empty(), false);
    locate(host);
    int questions = dns.asked().size();
    clock.add(Duration.ofSeconds(29));
    locate(host);
    assertThat(dns.asked()).filteredOn("A voice.test."::equals).hasSize(1);
    clock.add(Duration.ofSeconds(1));
    locate(host);
    assertThat(dns.asked()).filteredOn("A voice.test."::equals).hasSize(2);
    assertThat(questions).isEqualTo(2);
  }

  @Test
  void knowsNoServerOfANameThatIsNot() throws Exception {
    assertThat(locate(domain())).isEmpty();
  }

  @Test
  void givesUpAtTheDeadline() {
    dns.mute(DOMAIN);
    Deadline soon = Deadline.in(Duration.ofMillis(300), Clock.systemUTC());
    assertThatThrownBy(() -> locator.locate(domain(), soon)).isInstanceOf(IOException.class);
  }
}
