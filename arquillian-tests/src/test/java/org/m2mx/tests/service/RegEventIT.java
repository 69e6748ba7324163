package org.m2mx.tests.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Devices;
import org.m2mx.tests.wire.SipMessage;
import org.m2mx.tests.wire.WireDevice;

/** A device watches its own subscriber's registration (RFC 3680). */
@ArquillianTest
class RegEventIT extends ServiceTest {
  @Inject Devices devices;

  /** An AOR may have so many. */
  private static final int MOST_SUBSCRIPTIONS = 10;

  private static final String REG = "Event: reg\nAccept: application/reginfo+xml\n";

  @Deployment
  static EnterpriseArchive service() {
    return M2mxEar.withTests("m2mx.registrar.min-expires=PT1S", RegEventIT.class);
  }

  @Test
  void aWatcherIsToldAllAtOnceAndThenWhatChanges() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice watcher = registered(alice);

    SipMessage ok = subscribe(watcher, alice, REG + "Expires: 600\n");
    SipMessage whole = notified(watcher);

    assertThat(ok.status()).isEqualTo(200);
    assertThat(ok.header("Expires")).contains("600");
    assertThat(whole.header("Event")).contains("reg");
    assertThat(whole.header("Subscription-State").orElseThrow()).startsWith("active;expires=");
    assertThat(whole.header("Content-Type")).contains("application/reginfo+xml");
    assertThat(whole.header("Route")).as("no inner workings on the wire").isEmpty();
    assertThat(whole.body())
        .contains("version=\"0\" state=\"full\"")
        .contains("aor=\"" + alice + "\"")
        .contains(watcher.connection().localHostPort());

    WireDevice second = registered(alice);
    assertThat(notified(watcher).body())
        .contains("version=\"1\" state=\"partial\"")
        .contains("event=\"registered\"")
        .contains(second.connection().localHostPort())
        .doesNotContain(watcher.connection().localHostPort());

    second.register();
    assertThat(notified(watcher).body()).contains("version=\"2\"").contains("event=\"refreshed\"");

    second.register("Contact: " + second.contact() + ";expires=0\n");
    assertThat(notified(watcher).body())
        .contains("version=\"3\"")
        .contains("state=\"terminated\" event=\"unregistered\"");
  }

  @Test
  void anExpiryIsToldWithoutAnybodyAsking() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice watcher = device(alice);
    subscribe(watcher, alice, REG);
    assertThat(notified(watcher).body()).contains("state=\"init\"");
    WireDevice brief = device(alice);
    brief.register("Contact: " + brief.contact() + ";expires=15\n");
    assertThat(notified(watcher).body()).contains("event=\"registered\"");

    assertThat(notified(watcher).body())
        .contains("state=\"terminated\"")
        .contains("event=\"expired\"");
  }

  @Test
  void theEndOfAConnectionIsTold() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice watcher = registered(alice);
    WireDevice other = registered(alice);
    subscribe(watcher, alice, REG);
    notified(watcher);

    String where = other.connection().localHostPort();
    other.connection().close();

    assertThat(notified(watcher).body())
        .contains("state=\"terminated\" event=\"deactivated\"")
        .contains(where);
  }

  @Test
  void aSubscriptionEndsWithItsConnection() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice gone = device(alice);
    subscribe(gone, alice, REG);
    notified(gone);
    WireDevice watcher = device(alice);
    for (int i = 1; i < MOST_SUBSCRIPTIONS; i++) {
      assertThat(subscribe(watcher, alice, REG).status()).isEqualTo(200);
      notified(watcher);
    }
    assertThat(subscribe(watcher, alice, REG).status()).isEqualTo(403);

    gone.connection().close();

    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(subscribe(watcher, alice, REG).status()).isEqualTo(200));
  }

  @Test
  void aDeviceThatAnOperatorDeregistersIsToldToComeBack() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice watcher = registered(alice);
    subscribe(watcher, alice, REG);
    notified(watcher);

    devices.deregister(alice, devices.of(alice).get(0).key());

    assertThat(notified(watcher).body())
        .contains("state=\"terminated\" event=\"deactivated\"")
        .contains(watcher.connection().localHostPort());
    assertThat(devices.of(alice)).isEmpty();
  }

  @Test
  void zeroEndsASubscriptionWithALastWord() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice watcher = registered(alice);

    SipMessage ok = subscribe(watcher, alice, REG + "Expires: 0\n");
    SipMessage only = notified(watcher);

    assertThat(ok.header("Expires")).contains("0");
    assertThat(only.header("Subscription-State")).contains("terminated;reason=timeout");
    assertThat(only.body()).contains("state=\"full\"");
  }

  @Test
  void nobodyWatchesAnother() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice mallory = registered(subscriber("mallory"));

    SipMessage somebody = subscribe(mallory, alice, REG);
    SipMessage nobody = subscribe(mallory, fresh("alice"), REG);

    assertThat(somebody.status()).isEqualTo(403);
    assertThat(nobody.startLine()).isEqualTo(somebody.startLine());
    assertThat(nobody.header("Reason")).isEqualTo(somebody.header("Reason"));
  }

  @Test
  void otherPackagesAndFormatsAreNamed() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice watcher = registered(alice);

    SipMessage badEvent = subscribe(watcher, alice, "Event: weather\n");
    SipMessage badFormat = subscribe(watcher, alice, "Event: reg\nAccept: text/plain\n");

    assertThat(badEvent.status()).isEqualTo(489);
    assertThat(badEvent.header("Allow-Events").orElseThrow()).contains("reg");
    assertThat(badFormat.status()).isEqualTo(406);
  }

  private SipMessage notified(WireDevice watcher) throws Exception {
    SipMessage notify = watcher.connection().request("NOTIFY");
    watcher.answer(notify, "200 OK", "");
    return notify;
  }

  private static SipMessage subscribe(WireDevice watcher, Aor target, String headers)
      throws Exception {
    String callId = UUID.randomUUID().toString();
    watcher.connection().send(request(watcher, target, callId, 1, headers));
    SipMessage answer = watcher.connection().finalResponse("SUBSCRIBE");
    if (answer.status() != 401) {
      return answer;
    }
    String proof = watcher.authorization(answer, "SUBSCRIBE", target.toString());
    watcher.connection().send(request(watcher, target, callId, 2, proof + headers));
    return watcher.connection().finalResponse("SUBSCRIBE");
  }

  private static String request(
      WireDevice watcher, Aor target, String callId, int cseq, String headers) {
    return """
        SUBSCRIBE %s SIP/2.0
        Via: SIP/2.0/TLS %s;branch=z9hG4bK%s;rport
        Max-Forwards: 70
        From: <%s>;tag=watcher
        To: <%s>
        Call-ID: %s
        CSeq: %d SUBSCRIBE
        Contact: %s
        %sContent-Length: 0

        """
        .formatted(
            target,
            watcher.connection().localHostPort(),
            UUID.randomUUID(),
            watcher.aor(),
            target,
            callId,
            cseq,
            watcher.contact(),
            headers);
  }
}
