package org.m2mx.tests.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Binding;
import org.m2mx.registry.binding.Bindings;
import org.m2mx.registry.credential.Password;
import org.m2mx.tests.wire.SipMessage;
import org.m2mx.tests.wire.WireDevice;

/** REGISTER as devices and attackers send it (RFC 3261 section 10.3, RFC 7616). */
@ArquillianTest
class RegistrarIT extends ServiceTest {

  @Inject Bindings bindings;

  @Deployment
  static EnterpriseArchive service() {
    return M2mxEar.withTests(RegistrarIT.class);
  }

  @Test
  void aStrangerIsChallengedWithTheStrongestAlgorithmFirst() throws Exception {
    SipMessage challenge = unauthenticated(subscriber("alice"));

    assertThat(challenge.status()).isEqualTo(401);
    assertThat(challenge.all("WWW-Authenticate"))
        .satisfiesExactly(
            first -> assertThat(first).contains("algorithm=SHA-512-256").contains(DOMAIN),
            second -> assertThat(second).contains("algorithm=SHA-256"));
    assertThat(challenge.header("Server")).isEmpty();
  }

  @Test
  void aNobodyIsChallengedAsASubscriberIs() throws Exception {
    SipMessage subscriber = unauthenticated(subscriber("alice"));
    SipMessage nobody = unauthenticated(fresh("alice"));

    assertThat(shape(nobody)).isEqualTo(shape(subscriber));
  }

  @Test
  void aSubscriberIsBoundAndToldSo() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice device = device(alice);

    SipMessage ok = device.register();

    assertThat(ok.status()).isEqualTo(200);
    assertThat(ok.all("Contact"))
        .singleElement()
        .satisfies(
            contact -> {
              assertThat(contact).startsWith(device.contact());
              assertThat(expires(contact)).isBetween(3500, 3600);
            });
    assertThat(ok.header("Date").orElseThrow()).endsWith("GMT");
    assertThat(ok.header("Server").orElseThrow()).startsWith("m2mx/");
    assertThat(stored(alice))
        .singleElement()
        .satisfies(binding -> assertThat(binding.transport()).isEqualToIgnoringCase("TLS"));
  }

  @Test
  void aWrongPasswordAndAnUnknownUserGetTheSameAnswer() throws Exception {
    Aor alice = subscriber("alice");
    SipMessage wrong = device(alice, Password.of("not the password"), connect()).register();
    SipMessage unknown = device(fresh("alice"), PASSWORD, connect()).register();

    assertThat(wrong.status()).isEqualTo(401);
    assertThat(shape(wrong)).isEqualTo(shape(unknown));
    assertThat(stored(alice)).isEmpty();
  }

  @Test
  void aSuspendedSubscriberIsLikeAnUnknownOne() throws Exception {
    Aor alice = subscriber("alice");
    subscribers.suspend(alice);

    assertThat(device(alice).register().status()).isEqualTo(401);
  }

  @Test
  void nobodyRegistersInAnothersName() throws Exception {
    Aor alice = subscriber("alice");
    Aor mallory = subscriber("mallory");
    WireDevice impostor =
        new WireDevice(connect(), alice.user(), DOMAIN, mallory.user(), PASSWORD.reveal());

    SipMessage refusal = impostor.register();

    assertThat(refusal.status()).isEqualTo(403);
    assertThat(refusal.header("Reason").orElseThrow()).contains("use your own name");
    assertThat(stored(alice)).isEmpty();
  }

  @Test
  void theServerShowsThatItKnowsThePasswordToo() throws Exception {
    SipMessage ok = device(subscriber("alice")).register();

    assertThat(ok.header("Authentication-Info").orElseThrow())
        .matches("rspauth=\"[0-9a-f]{64}\", ?cnonce=\"c0ffee\", ?nc=00000001, ?qop=auth");
  }

  @Test
  void aConnectionBelongsToWhoProvedItselfOnIt() throws Exception {
    Aor alice = subscriber("alice");
    Aor mallory = subscriber("mallory");
    WireDevice device = registered(alice);

    SipMessage register = device(mallory, PASSWORD, device.connection()).register();
    SipMessage invite =
        device(mallory, PASSWORD, device.connection()).request("INVITE", alice.toString());

    assertThat(register.status()).isEqualTo(403);
    assertThat(register.header("Reason").orElseThrow()).contains("use your own name");
    assertThat(invite.status()).isEqualTo(403);
    assertThat(stored(mallory)).isEmpty();
    assertThat(device.register().status()).isEqualTo(200);
  }

  @Test
  void aBindingIsRefreshedNotDoubled() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice device = device(alice);
    device.register("Contact: " + device.contact() + ";expires=60\n");

    SipMessage ok = device.register("Contact: " + device.contact() + ";expires=600\n");

    assertThat(ok.all("Contact"))
        .singleElement()
        .satisfies(contact -> assertThat(expires(contact)).isBetween(500, 600));
  }

  @Test
  void aBindingIsRemovedByExpiresZero() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice device = registered(alice);

    SipMessage ok = device.register("Contact: " + device.contact() + ";expires=0\n");

    assertThat(ok.status()).isEqualTo(200);
    assertThat(ok.all("Contact")).isEmpty();
    assertThat(stored(alice)).isEmpty();
  }

  @Test
  void allBindingsAreRemovedByTheStar() throws Exception {
    Aor alice = subscriber("alice");
    registered(alice);
    WireDevice second = registered(alice);
    assertThat(stored(alice)).hasSize(2);

    assertThat(second.register("Contact: *\nExpires: 0\n").status()).isEqualTo(200);
    assertThat(stored(alice)).isEmpty();
  }

  @Test
  void theStarNeedsExpiresZero() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice device = registered(alice);

    SipMessage refusal = device.register("Contact: *\nExpires: 60\n");

    assertThat(refusal.status()).isEqualTo(400);
    assertThat(refusal.header("Reason").orElseThrow()).contains("Expires: 0");
    assertThat(stored(alice)).hasSize(1);
  }

  @Test
  void withoutAContactTheBindingsAreListed() throws Exception {
    WireDevice device = registered(subscriber("alice"));

    assertThat(device.register("").all("Contact")).hasSize(1);
  }

  @Test
  void tooShortAnExpiryIsRefusedWithTheMinimum() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice device = device(alice);

    SipMessage refusal = device.register("Contact: " + device.contact() + ";expires=5\n");

    assertThat(refusal.status()).isEqualTo(423);
    assertThat(refusal.header("Min-Expires")).contains("60");
    assertThat(stored(alice)).isEmpty();
  }

  @Test
  void anExtensionThatIsNotHereIsNamed() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice device = device(alice);

    SipMessage refusal =
        device.register("Require: outbound, wishes\nContact: " + device.contact() + "\n");

    assertThat(refusal.status()).isEqualTo(420);
    assertThat(refusal.all("Unsupported")).containsExactly("wishes");
    assertThat(stored(alice)).isEmpty();
  }

  @Test
  void aFlowIsToldByInstanceAndRegId() throws Exception {
    Aor alice = subscriber("alice");
    String instance = ";+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>\";reg-id=1";
    WireDevice before = device(alice);
    before.register("Supported: outbound\nContact: " + before.contact() + instance + "\n");
    WireDevice after = device(alice);

    SipMessage ok =
        after.register("Supported: outbound\nContact: " + after.contact() + instance + "\n");

    assertThat(ok.header("Require")).contains("outbound");
    assertThat(ok.header("Flow-Timer")).contains("120");
    assertThat(ok.all("Contact"))
        .singleElement()
        .satisfies(
            contact ->
                assertThat(contact)
                    .startsWith(after.contact())
                    .contains("+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>\"")
                    .contains("reg-id=1"));
  }

  @Test
  void aDeviceKeepsAFlowForEachRegId() throws Exception {
    Aor alice = subscriber("alice");
    String flow = ";+sip.instance=\"<urn:uuid:1>\";reg-id=";
    WireDevice first = device(alice);
    WireDevice second = device(alice);

    first.register("Supported: outbound\nContact: " + first.contact() + flow + "1\n");
    SipMessage ok =
        second.register("Supported: outbound\nContact: " + second.contact() + flow + "2\n");

    assertThat(contacts(ok))
        .hasSize(2)
        .anySatisfy(one -> assertThat(one).contains("reg-id=1"))
        .anySatisfy(two -> assertThat(two).contains("reg-id=2"));
  }

  @Test
  void anInstanceIsTheSameHoweverItsUrnIsSpelled() throws Exception {
    WireDevice device = device(subscriber("alice"));
    String flow =
        "Supported: outbound\nContact: "
            + device.contact()
            + ";+sip.instance=\"<%s:00000000-0000-1000-8000-%s>\";reg-id=1\n";

    device.register(flow.formatted("urn:uuid", "AABBCCDDEEFF"));
    SipMessage ok = device.register(flow.formatted("URN:UUID", "aabbccddeeff"));

    assertThat(contacts(ok))
        .singleElement()
        .satisfies(contact -> assertThat(contact).contains("<URN:UUID:"));
  }

  @Test
  void aRegIdGoesAsFarAsThirtyOneBits() throws Exception {
    WireDevice device = device(subscriber("alice"));
    String flow = "Supported: outbound\nContact: %s;+sip.instance=\"<urn:uuid:1>\";reg-id=%s\n";

    SipMessage ok = device.register(flow.formatted(device.contact(), "2147483647"));
    SipMessage refusal = device.register(flow.formatted(device.contact(), "2147483648"));

    assertThat(contacts(ok))
        .singleElement()
        .satisfies(contact -> assertThat(contact).contains("reg-id=2147483647"));
    assertThat(refusal.status()).isEqualTo(400);
    assertThat(refusal.header("Reason")).hasValueSatisfying(r -> assertThat(r).contains("reg-id"));
  }

  @Test
  void aBindingEndsWithItsConnection() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice device = registered(alice);

    device.connection().close();

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stored(alice)).isEmpty());
  }

  @Test
  void aContactBesideTheStarIsRefused() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice device = registered(alice);

    for (String contacts :
        List.of(
            "Contact: *\nContact: " + device.contact(),
            "Contact: *, " + device.contact(),
            "Contact: " + device.contact() + ", *",
            "Contact: *\nContact: *")) {
      assertThat(device.register(contacts + "\nExpires: 0\n").status()).as(contacts).isEqualTo(400);
    }
    assertThat(stored(alice)).hasSize(1);
  }

  @Test
  void severalContactsAreBoundTogetherOrNotAtAll() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice device = device(alice);
    String first = "Contact: <sip:one@192.0.2.1>;expires=600";

    SipMessage refusal = device.register(first + "\nContact: <sip:two@192.0.2.1>;expires=5\n");
    assertThat(refusal.status()).isEqualTo(423);
    assertThat(stored(alice)).isEmpty();

    SipMessage ok = device.register(first + ", <sip:two@192.0.2.1>\n");
    assertThat(contacts(ok)).hasSize(2);
    assertThat(stored(alice)).hasSize(2);
  }

  @Test
  void aContactsOwnExpiryGoesBeforeTheHeaders() throws Exception {
    WireDevice device = device(subscriber("alice"));

    SipMessage ok =
        device.register(
            "Expires: 600\nContact: <sip:one@192.0.2.1>\nContact: <sip:two@192.0.2.1>;expires=120\n");

    assertThat(contacts(ok))
        .anySatisfy(one -> assertThat(one).contains("one@").satisfies(expiresIn(600)))
        .anySatisfy(two -> assertThat(two).contains("two@").satisfies(expiresIn(120)));
  }

  @Test
  void longWishesAreCutToTheMaximum() throws Exception {
    WireDevice device = device(subscriber("alice"));

    SipMessage ok = device.register("Contact: " + device.contact() + ";expires=999999\n");

    assertThat(ok.all("Contact")).singleElement().satisfies(expiresIn(7200));
  }

  @Test
  void aPreferenceIsKeptAndTold() throws Exception {
    WireDevice device = device(subscriber("alice"));

    SipMessage ok = device.register("Contact: " + device.contact() + ";q=0.7\n");

    assertThat(ok.all("Contact"))
        .singleElement()
        .satisfies(contact -> assertThat(contact).contains(";q=0.7;"));
  }

  @Test
  void anOlderRequestOfTheSameCallIdChangesNothing() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice device = device(alice);
    String callId = "out-of-order-" + System.nanoTime();
    String longer = "Contact: " + device.contact() + ";expires=600\n";
    String shorter = "Contact: " + device.contact() + ";expires=60\n";

    assertThat(authenticated(alice, device, callId, 10, longer).status()).isEqualTo(200);
    assertThat(authenticated(alice, device, callId, 10, shorter).status()).isEqualTo(500);
    assertThat(authenticated(alice, device, callId, 9, shorter).status()).isEqualTo(500);
    assertThat(authenticated(alice, device, callId, 9, "Contact: *\nExpires: 0\n").status())
        .isEqualTo(500);
    assertThat(stored(alice))
        .singleElement()
        .satisfies(
            b -> assertThat(b.remaining(Instant.now())).isGreaterThan(Duration.ofMinutes(5)));

    assertThat(authenticated(alice, device, callId, 11, shorter).all("Contact"))
        .singleElement()
        .satisfies(expiresIn(60));
  }

  @Test
  void theRegistrarOfAnotherDomainIsNotHere() throws Exception {
    Aor video = subscriber("video");
    WireDevice device = device(video);
    String elsewhere = "sip:elsewhere.example";
    SipMessage challenge = ask(device, elsewhere, 1, "");
    assertThat(challenge.status()).isEqualTo(401);

    SipMessage refusal =
        ask(device, elsewhere, 2, device.authorization(challenge, "REGISTER", elsewhere));

    assertThat(refusal.status()).isEqualTo(404);
    assertThat(device.register("").all("Contact")).isEmpty();
  }

  private static SipMessage ask(WireDevice device, String registrar, int cseq, String headers)
      throws IOException {
    device
        .connection()
        .send(
            """
            REGISTER %s SIP/2.0
            Via: SIP/2.0/TLS %s;branch=z9hG4bKelsewhere%d;rport
            Max-Forwards: 70
            From: <%s>;tag=elsewhere
            To: <%s>
            Call-ID: %s-elsewhere
            CSeq: %d REGISTER
            Contact: %s
            %sContent-Length: 0

            """
                .formatted(
                    registrar,
                    device.connection().localHostPort(),
                    cseq,
                    device.aor(),
                    device.aor(),
                    device.aor(),
                    cseq,
                    device.contact(),
                    headers));
    return device.connection().finalResponse("REGISTER");
  }

  @Test
  void aRegisterBindsOneFlow() throws Exception {
    WireDevice device = device(subscriber("video"));
    String contact =
        "Contact: <sip:video@[::1]:%d>;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>\";reg-id=%d\n";

    SipMessage refusal =
        device.register(
            "Supported: outbound\n" + contact.formatted(7001, 1) + contact.formatted(7002, 2));

    assertThat(refusal.status()).isEqualTo(400);
    assertThat(device.register("").all("Contact")).isEmpty();
  }

  @Test
  void moreBindingsThanAllowedAreRefused() throws Exception {
    Aor alice = subscriber("alice");
    StringBuilder contacts = new StringBuilder();
    for (int i = 0; i < 11; i++) {
      contacts.append("Contact: <sip:device").append(i).append("@192.0.2.1>\n");
    }

    SipMessage refusal = device(alice).register(contacts.toString());

    assertThat(refusal.status()).isEqualTo(403);
    assertThat(stored(alice)).isEmpty();
  }

  @Test
  void aContactThatIsANameOfOursIsRefused() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice device = device(alice);

    assertThat(device.register("Contact: <" + alice + ">\n").status()).isEqualTo(403);
    assertThat(device.register("Contact: <" + alice + ";gr=urn:uuid:1>\n").status()).isEqualTo(403);
    assertThat(stored(alice)).isEmpty();
  }

  @Test
  void aRegIdOfADeviceWithoutOutboundIsPassedOver() throws Exception {
    WireDevice device = device(subscriber("alice"));

    SipMessage ok =
        device.register(
            "Contact: " + device.contact() + ";+sip.instance=\"<urn:uuid:1>\";reg-id=1\n");

    assertThat(ok.header("Require")).isEmpty();
    assertThat(ok.header("Flow-Timer")).isEmpty();
    assertThat(ok.all("Contact"))
        .singleElement()
        .satisfies(contact -> assertThat(contact).doesNotContain("reg-id"));
  }

  @Test
  void aDeviceCannotHaveRequestsSentElsewhere() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice device = device(alice);

    SipMessage refusal =
        device.register(
            "Supported: path\nPath: <sip:victim.example;lr>\nContact: " + device.contact() + "\n");

    assertThat(refusal.status()).isEqualTo(403);
    assertThat(stored(alice)).isEmpty();
  }

  @Test
  void aDeviceThatKnowsGruusIsGivenTwo() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice device = device(alice);
    String contact = "Contact: " + device.contact() + ";+sip.instance=\"<urn:uuid:1>\"\n";

    String without = device.register(contact).all("Contact").get(0);
    String first = device.register("Supported: gruu\n" + contact).all("Contact").get(0);
    String second = device.register("Supported: gruu\n" + contact).all("Contact").get(0);

    assertThat(without).doesNotContain("gruu");
    assertThat(first)
        .contains("pub-gruu=\"" + alice + ";gr=urn:uuid:1\"")
        .contains("temp-gruu=\"sip:tgruu.");
    assertThat(temporaryGruu(second)).isNotEqualTo(temporaryGruu(first));
  }

  private static List<String> contacts(SipMessage response) {
    return List.of(String.join(",", response.all("Contact")).split(",(?=<)"));
  }

  private static String temporaryGruu(String contact) {
    return contact.replaceAll("^.*temp-gruu=\"([^\"]+)\".*$", "$1");
  }

  private static Consumer<String> expiresIn(int seconds) {
    return contact -> assertThat(expires(contact)).isBetween(Math.max(1, seconds - 60), seconds);
  }

  /** A REGISTER of a Call-ID and number of its own, with credentials. */
  private static SipMessage authenticated(
      Aor aor, WireDevice device, String callId, int cseq, String headers) throws Exception {
    device.connection().send(register(aor, device, callId, cseq, ""));
    SipMessage challenge = device.connection().finalResponse("REGISTER");
    String proof = device.authorization(challenge, "REGISTER", "sip:" + DOMAIN);
    device.connection().send(register(aor, device, callId, cseq, proof + headers));
    return device.connection().finalResponse("REGISTER");
  }

  @Test
  void bothTlsVersionsAreSpokenAndNoOlder() throws Exception {
    assertThat(connect("TLSv1.3").protocol()).isEqualTo("TLSv1.3");
    assertThat(connect("TLSv1.2").protocol()).isEqualTo("TLSv1.2");
    assertThatThrownBy(() -> connect("TLSv1.1")).isInstanceOfAny(SSLException.class);
  }

  private List<Binding> stored(Aor aor) {
    return bindings.of(aor, Instant.now());
  }

  private SipMessage unauthenticated(Aor aor) throws Exception {
    return unauthenticated(aor, device(aor));
  }

  private static SipMessage unauthenticated(Aor aor, WireDevice device) throws Exception {
    device.connection().send(register(aor, device, Long.toString(System.nanoTime()), 1, ""));
    return device.connection().finalResponse("REGISTER");
  }

  private static String register(
      Aor aor, WireDevice device, String callId, int cseq, String headers) {
    return """
        REGISTER sip:%s SIP/2.0
        Via: SIP/2.0/TLS %s;branch=z9hG4bK%d;rport
        Max-Forwards: 70
        From: <%s>;tag=1
        To: <%s>
        Call-ID: %s
        CSeq: %d REGISTER
        %sContent-Length: 0

        """
        .formatted(
            aor.domain(),
            device.connection().localHostPort(),
            System.nanoTime(),
            aor,
            aor,
            callId,
            cseq,
            headers);
  }

  private static int expires(String contact) {
    return Integer.parseInt(contact.replaceAll("^.*;expires=(\\d+).*$", "$1"));
  }

  /** A response without what belongs to its request alone. */
  private static String shape(SipMessage response) {
    StringBuilder shape = new StringBuilder(response.startLine()).append('\n');
    for (var header : response.headers()) {
      String value =
          switch (header.getKey()) {
            case "Via", "From", "To", "Call-ID", "CSeq" -> "";
            default -> header.getValue().replaceAll("nonce=\"[^\"]{43}\"", "nonce");
          };
      shape.append(header.getKey()).append(": ").append(value).append('\n');
    }
    return shape.toString();
  }
}
