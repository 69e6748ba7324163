package org.m2mx.ua.firewall.igd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.Pinhole;
import org.m2mx.ua.firewall.PinholeRequest;
import org.m2mx.ua.firewall.SourceRestriction;
import org.m2mx.ua.firewall.TransportProtocol;
import org.m2mx.ua.testgateway.TestGateway;

/** Pinholes of an Internet Gateway Device 2, from the search to the end. */
@Timeout(180)
class IgdTest {
  private InetAddress own;
  private TestGateway gateway;
  private IgdFinder finder;

  @BeforeEach
  void start() throws Exception {
    own = InetAddress.getByName("::1");
    gateway = new TestGateway();
    finder = new IgdFinder(new SsdpSearch(List.of(gateway.ssdpAddress())), Duration.ofSeconds(20));
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  /** The search lasts as long as UPnP says, and a busy machine may need several. */
  private FirewallControl found() throws FirewallException {
    long begun = System.nanoTime();
    Optional<FirewallControl> control = finder.find(own);
    while (control.isEmpty() && System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(60)) {
      control = finder.find(own);
    }
    return control.orElseThrow();
  }

  private PinholeRequest request(OptionalInt peerPort) throws Exception {
    return request(4242, peerPort);
  }

  private PinholeRequest request(int ownPort, OptionalInt peerPort) throws Exception {
    return new PinholeRequest(
        TransportProtocol.TCP,
        new InetSocketAddress(own, ownPort),
        (Inet6Address) InetAddress.getByName("2001:db8::7"),
        peerPort,
        Duration.ofSeconds(60));
  }

  @Test
  void opensAHoleForThePeerAloneAndCloses() throws Exception {
    FirewallControl control = found();
    assertThat(control.restriction()).isEqualTo(SourceRestriction.PEER_ADDRESS);
    assertThat(control.describe()).startsWith("IGD:2 at [::1]:");
    Pinhole hole = control.open(request(OptionalInt.empty()));
    assertThat(gateway.holes.values())
        .containsExactly(
            "RemoteHost=2001:db8::7 RemotePort=0 InternalClient=::1 InternalPort=4242"
                + " Protocol=6 LeaseTime=60");
    assertThat(hole.lease()).isEqualTo(Duration.ofSeconds(60));
    hole.renew();
    assertThat(gateway.actions).contains("UpdatePinhole UniqueID=1 NewLeaseTime=60");
    hole.close();
    assertThat(gateway.holes).isEmpty();
    hole.close();
  }

  @Test
  void restrictsToThePortThatIsKnown() throws Exception {
    found().open(request(OptionalInt.of(777)));
    assertThat(gateway.holes.get("1")).contains("RemotePort=777 ");
  }

  @ParameterizedTest
  @ValueSource(ints = {704, 402})
  void opensTheHoleAgainThatTheGatewayHasForgotten(int unknown) throws Exception {
    Pinhole hole = found().open(request(OptionalInt.empty()));
    gateway.unknownPinhole = unknown;
    gateway.restart();
    hole.renew();
    assertThat(gateway.holes).hasSize(1);
    hole.close();
    assertThat(gateway.holes).isEmpty();
  }

  /** The gateway counts from 1 again, so that the second hole gets what was the first one's. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void takesNoOtherHoleForItsOwn(boolean foundAgain) throws Exception {
    FirewallControl control = found();
    Pinhole first = control.open(request(4242, OptionalInt.empty()));
    Pinhole second = (foundAgain ? found() : control).open(request(4243, OptionalInt.empty()));
    gateway.restart();
    second.renew();
    first.renew();
    assertThat(gateway.holes).hasSize(2);
    assertThat(gateway.holes.get("1")).contains("InternalPort=4243 ");
    assertThat(gateway.holes.get("2")).contains("InternalPort=4242 ");
    first.close();
    assertThat(gateway.holes).containsOnlyKeys("1");
    second.renew();
    second.close();
    assertThat(gateway.holes).isEmpty();
  }

  @Test
  void leavesAloneWhatHasBecomeAnothersBeforeItIsClosed() throws Exception {
    FirewallControl control = found();
    Pinhole first = control.open(request(4242, OptionalInt.empty()));
    gateway.restart();
    control.open(request(4243, OptionalInt.empty()));
    first.close();
    assertThat(gateway.holes.get("1")).contains("InternalPort=4243 ");
  }

  @Test
  void saysWhatTheGatewayRefuses() throws Exception {
    FirewallControl control = found();
    gateway.pinholeAllowed = false;
    assertThatExceptionOfType(FirewallException.class)
        .isThrownBy(() -> control.open(request(OptionalInt.empty())))
        .withMessageContaining("703 InboundPinholeSpaceExhausted");
  }

  @Test
  void findsNothingWhereNobodyAnswers() throws Exception {
    gateway.ssdp = false;
    assertThat(finder.find(own)).isEmpty();
  }

  private void assertUnusable(String why) {
    assertThatExceptionOfType(FirewallException.class)
        .isThrownBy(this::found)
        .withMessageContaining(why);
  }

  @Test
  void saysWhyAGatewayIsOfNoUse() {
    gateway.pinholeAllowed = false;
    assertUnusable("lets nobody open pinholes");
    gateway.firewallEnabled = false;
    assertUnusable("has its IPv6 firewall off");
  }

  @Test
  void readsNoDocumentTypes() {
    gateway.prolog = "<!DOCTYPE root [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>";
    gateway.controlUrl = "/&e;";
    assertUnusable("document type");
  }

  @Test
  void asksNobodyButTheSenderOfTheAnswer() throws Exception {
    gateway.location = "http://[2001:db8::9]:80/root.xml";
    assertThat(finder.find(own)).isEmpty();
    gateway.location = null;
    gateway.controlUrl = "http://[2001:db8::9]/control";
    assertUnusable("is not the gateway's");
    gateway.controlUrl = "//[2001:db8::9]/control";
    assertUnusable("is not the gateway's");
  }

  @Test
  void doesWithoutTheServiceWhereThereIsOnlyAnother() {
    gateway.prolog = "<!-- none -->";
    gateway.controlUrl = "</controlURL><serviceType>urn:other</serviceType><controlURL>";
    assertUnusable("opens no IPv6 pinholes");
  }
}
