package org.m2mx.sip.knock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.registry.Aor;
import org.m2mx.sip.edge.EdgeProxies;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.Flow;

class KnockRulesTest {
  private static final Aor VIDEO = new Aor("video", "m2m-x.example");
  private static final Aor ALICE = new Aor("alice", "m2m-x.example");
  private static final byte[] QUESTION = "tcp 49200 0a1b2c3d".getBytes(StandardCharsets.US_ASCII);
  private static final Flow FLOW = from(Transport.TLS, "2001:db8::2");

  private final KnockRules rules = rules(3);

  private static KnockRules rules(int perMinute) {
    return new KnockRules(
        new EdgeProxies(Optional.of(List.of("2001:db8:e::/64"))),
        Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
        perMinute);
  }

  private static Flow from(Transport transport, String address) {
    return new Flow(transport, "2001:db8::1", 5061, address, 40_000, "c");
  }

  private KnockRefusedException refusal(Flow flow, byte[] question) {
    return catchThrowableOfType(KnockRefusedException.class, () -> rules.read(flow, question));
  }

  @Test
  void aDeviceIsKnockedAtWhereItIs() throws Exception {
    assertThat(rules.read(FLOW, QUESTION).port()).isEqualTo(49200);
  }

  @Test
  void whatCannotBeReadIsABadRequest() {
    assertThat(refusal(FLOW, new byte[0]).status()).isEqualTo(400);
  }

  @Test
  void whereTheAddressIsNotTheDevicesOwnNobodyIsKnockedAt() throws Exception {
    InetAddress own =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .findFirst()
            .orElseThrow();
    for (Flow flow :
        List.of(
            from(Transport.UDP, "2001:db8::2"),
            from(Transport.TLS, "2001:db8:e::5"),
            from(Transport.TLS, AddressText.plain(own)))) {
      KnockRefusedException refusal = refusal(flow, QUESTION);
      assertThat(refusal.status()).as("%s", flow).isEqualTo(403);
      assertThat(refusal.retryAfter()).isEmpty();
    }
    assertThat(refusal(from(Transport.TLS, "127.8.8.8"), QUESTION).status()).isEqualTo(403);
    assertThat(refusal(from(Transport.TLS, "::1"), QUESTION).status()).isEqualTo(403);
  }

  /** As they are when a balancer puts its own in the device's place. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1 10.0.0.5",
        "192.0.2.1 100.64.0.5",
        "10.0.0.1 100.64.0.5",
        "2001:db8::1 fd00::5",
        "192.0.2.1 169.254.1.5",
        "169.254.1.1 169.254.1.5",
        "fe80::1 fe80::5"
      })
  void localAddressesAreNotKnockedAt(String ends) {
    KnockRefusedException refusal = refusal(between(ends), QUESTION);
    assertThat(refusal.status()).isEqualTo(403);
    assertThat(refusal).hasMessageContaining("a local one, maybe a balancer's");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1 192.168.250.5",
        "100.64.0.1 100.127.0.5",
        "fd00::1 fd00:1::5",
        "10.0.0.1 198.51.100.5",
        "192.0.2.1 100.128.0.5"
      })
  void thoseOfItsOwnKindOfNetworkAndPublicOnesAre(String ends) throws Exception {
    assertThat(rules.read(between(ends), QUESTION).port()).isEqualTo(49200);
  }

  private static Flow between(String ends) {
    String[] both = ends.split(" ");
    return new Flow(Transport.TLS, both[0], 5061, both[1], 40_000, "c");
  }

  @Test
  void anAccountIsKnockedAtSoOftenInAMinute() throws Exception {
    for (int i = 0; i < 3; i++) {
      rules.count(VIDEO);
    }
    KnockRefusedException refusal =
        catchThrowableOfType(KnockRefusedException.class, () -> rules.count(VIDEO));
    assertThat(refusal.status()).isEqualTo(503);
    assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(21));
    assertThat(refusal).hasMessage("too many knocks: ask again in 21 s");
    assertThatCode(() -> rules.count(ALICE)).doesNotThrowAnyException();
  }

  @Test
  void knockingCanBeSwitchedOff() {
    assertThat(rules.offer()).isTrue();
    assertThat(rules(0).offer()).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rules(-1))
        .withMessage("m2mx.knock.per-minute=-1: give 0 or more");
  }
}
