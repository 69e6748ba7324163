package org.m2mx.sip.knock;

import static org.assertj.core.api.Assertions.assertThat;
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

  private KnockRefusedException refusal(Aor sender, Flow flow, byte[] question) {
    return catchThrowableOfType(
        KnockRefusedException.class, () -> rules.read(sender, flow, question));
  }

  @Test
  void aDeviceIsKnockedAtWhereItIs() throws Exception {
    assertThat(rules.read(VIDEO, FLOW, QUESTION).port()).isEqualTo(49200);
  }

  @Test
  void whatCannotBeReadIsABadRequest() {
    assertThat(refusal(VIDEO, FLOW, new byte[0]).status()).isEqualTo(400);
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
      Aor sender = new Aor("of-" + flow.hashCode(), "m2m-x.example");
      KnockRefusedException refusal = refusal(sender, flow, QUESTION);
      assertThat(refusal.status()).as("%s", flow).isEqualTo(403);
      assertThat(refusal.retryAfter()).isEmpty();
    }
    assertThat(refusal(VIDEO, from(Transport.TLS, "127.8.8.8"), QUESTION).status()).isEqualTo(403);
    assertThat(refusal(VIDEO, from(Transport.TLS, "::1"), QUESTION).status()).isEqualTo(403);
  }

  @Test
  void anAccountIsKnockedAtSoOftenInAMinute() throws Exception {
    for (int i = 0; i < 3; i++) {
      rules.read(VIDEO, FLOW, QUESTION);
    }
    KnockRefusedException refusal = refusal(VIDEO, FLOW, QUESTION);
    assertThat(refusal.status()).isEqualTo(503);
    assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(21));
    assertThat(refusal).hasMessage("too many knocks: ask again in 21 s");
    assertThat(rules.read(ALICE, FLOW, QUESTION).port()).isEqualTo(49200);
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
