package org.m2mx.tests.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.registry.permission.Callers;
import org.m2mx.registry.permission.Permissions;
import org.m2mx.tests.wire.SipConnection;
import org.m2mx.tests.wire.SipMessage;
import org.m2mx.tests.wire.WireDevice;

/**
 * INVITE and what follows, between devices that only have the connections they opened themselves.
 */
@ArquillianTest
class RelayIT extends ServiceTest {

  private static final int WEB_SOCKETS = 5066;
  private static final String KNOCK = "application/vnd.m2mx.knock";

  private static final String SECOND_DOMAIN = "second." + DOMAIN;

  @Inject Permissions permissions;

  private WireDevice caller;
  private WireDevice callee;

  @Deployment
  static EnterpriseArchive service() {
    return M2mxEar.withTests(
        "sip.listen=tls://[::]:5061,wss://[::1]:" + WEB_SOCKETS + "\nm2mx.knock.per-minute=1\n",
        RelayIT.class);
  }

  @Test
  void aPermittedCallGoesThroughAndEndsWithTheCallersBye() throws Exception {
    permittedPair();

    WireDevice.Call call = caller.invite(callee.aor());
    SipMessage invite = callee.connection().request("INVITE");
    callee.answer(invite, "180 Ringing", "");
    SipMessage ringing = caller.connection().await(m -> !m.isRequest() && m.status() == 180);
    callee.answer(invite, "200 OK", "Contact: " + callee.contact() + "\n");
    SipMessage ok = caller.connection().finalResponse("INVITE");
    call.acknowledgeOk(ok);
    SipMessage ack = callee.connection().request("ACK");
    call.inDialog("BYE", ok);
    SipMessage bye = callee.connection().request("BYE");
    callee.answer(bye, "200 OK", "");

    assertThat(invite.startLine()).contains(callee.connection().localHostPort());
    assertThat(invite.header("Proxy-Authorization")).as("the caller's proof stays here").isEmpty();
    assertThat(invite.header("Route")).as("no inner workings on the wire").isEmpty();
    assertThat(invite.all("Record-Route")).isNotEmpty();
    assertThat(ringing.tag("To")).isPresent();
    assertThat(ok.status()).isEqualTo(200);
    assertThat(ack.header("Route")).isEmpty();
    assertThat(bye.header("Call-ID")).contains(call.callId());
    assertThat(caller.connection().finalResponse("BYE").status()).isEqualTo(200);
  }

  @Test
  void aProofThatIsSentWithinADialogStaysHereToo() throws Exception {
    permittedPair();
    WireDevice.Call call = caller.invite(callee.aor());
    SipMessage invite = callee.connection().request("INVITE");
    callee.answer(invite, "200 OK", "Contact: " + callee.contact() + "\n");
    SipMessage ok = caller.connection().finalResponse("INVITE");
    String proof =
        "Proxy-Authorization: Digest username=\"alice\", realm=\"%s\", nonce=\"n\", uri=\"sip:x\", response=\"%s\"\n"
            .formatted(DOMAIN, "0".repeat(64));

    // RFC 3261 section 13.2.2.4 has an ACK carry what the INVITE did.
    call.acknowledgeOk(ok, proof);
    assertThat(callee.connection().request("ACK").header("Proxy-Authorization")).isEmpty();
    call.inDialog("BYE", ok, proof);
    assertThat(callee.connection().request("BYE").header("Proxy-Authorization")).isEmpty();
  }

  @Test
  void theCalleesByeReachesTheCaller() throws Exception {
    permittedPair();
    WireDevice.Call call = caller.invite(callee.aor());
    SipMessage invite = callee.connection().request("INVITE");
    callee.answer(invite, "200 OK", "Contact: " + callee.contact() + "\n");
    call.acknowledgeOk(caller.connection().finalResponse("INVITE"));
    callee.connection().request("ACK");

    callee.toCaller("BYE", invite, 1, "");
    SipMessage bye = caller.connection().request("BYE");
    caller.answer(bye, "200 OK", "");

    assertThat(bye.header("Call-ID")).contains(call.callId());
    assertThat(callee.connection().finalResponse("BYE").status()).isEqualTo(200);
  }

  @Test
  void whoeverPermitsAnIspIsCalledFromAllItsDomains() throws Exception {
    if (!isps.require(DOMAIN).domains().contains(SECOND_DOMAIN)) {
      isps.addDomain(DOMAIN, SECOND_DOMAIN);
    }
    Aor alice = subscriber("alice");
    Aor video = new Aor(fresh("video").user(), SECOND_DOMAIN);
    subscribers.open(video, PASSWORD, false);
    // Each permits the ISP by the domain that the other is not in.
    permissions.permit(new Callers.Domain(SECOND_DOMAIN), video, Optional.empty());
    permissions.permit(new Callers.Domain(DOMAIN), alice, Optional.empty());
    WireDevice first = registered(alice);
    WireDevice second = registered(video);

    goesThrough(first, second);
    goesThrough(second, first);
    SipMessage nobody = first.request("INVITE", "sip:nobody@" + SECOND_DOMAIN);
    assertThat(nobody.status()).isEqualTo(404);
    Aor twin = new Aor(video.user(), DOMAIN);
    assertThat(first.request("INVITE", twin.toString()).status()).isEqualTo(404);
  }

  private static void goesThrough(WireDevice from, WireDevice to) throws Exception {
    from.invite(to.aor());
    to.answer(to.connection().request("INVITE"), "486 Busy Here", "");
    assertThat(from.connection().finalResponse("INVITE").status()).isEqualTo(486);
  }

  @Test
  void bothMayHangUpAtOnce() throws Exception {
    permittedPair();
    WireDevice.Call call = caller.invite(callee.aor());
    SipMessage invite = callee.connection().request("INVITE");
    callee.answer(invite, "200 OK", "Contact: " + callee.contact() + "\n");
    SipMessage ok = caller.connection().finalResponse("INVITE");
    call.acknowledgeOk(ok);
    callee.connection().request("ACK");

    call.inDialog("BYE", ok);
    callee.toCaller("BYE", invite, 1, "");
    SipMessage fromCaller = callee.connection().request("BYE");
    SipMessage fromCallee = caller.connection().request("BYE");
    callee.answer(fromCaller, "200 OK", "");
    caller.answer(fromCallee, "200 OK", "");

    assertThat(caller.connection().finalResponse("BYE").status()).isEqualTo(200);
    assertThat(callee.connection().finalResponse("BYE").status()).isEqualTo(200);
  }

  @Test
  void aDialogLeadsNowhereButToItsParties() throws Exception {
    permittedPair();
    WireDevice.Call call = caller.invite(callee.aor());
    SipMessage invite = callee.connection().request("INVITE");
    try (ServerSocket elsewhere = new ServerSocket(0, 5, InetAddress.getByName("::1"))) {
      elsewhere.setSoTimeout(500);
      String target = "Contact: <sip:x@[::1]:%d;transport=tls>\n";
      callee.answer(invite, "200 OK", target.formatted(elsewhere.getLocalPort()));
      SipMessage ok = caller.connection().finalResponse("INVITE");

      call.acknowledgeOk(withToTag(ok, "nobody"));
      call.inDialog("BYE", withToTag(ok, "nobody"));

      assertThat(caller.connection().finalResponse("BYE").status()).isEqualTo(481);
      assertThatThrownBy(elsewhere::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  private static SipMessage withToTag(SipMessage message, String tag) {
    List<Map.Entry<String, String>> headers =
        message.headers().stream()
            .map(
                header ->
                    header.getKey().equals("To")
                        ? Map.entry("To", header.getValue().replaceAll(";tag=.*", ";tag=" + tag))
                        : header)
            .toList();
    return new SipMessage(message.startLine(), headers, message.body());
  }

  @Test
  void aCallTakenBackStopsRinging() throws Exception {
    permittedPair();
    WireDevice.Call call = caller.invite(callee.aor());
    SipMessage invite = callee.connection().request("INVITE");
    callee.answer(invite, "180 Ringing", "");
    caller.connection().await(m -> !m.isRequest() && m.status() == 180);

    call.cancel();
    SipMessage cancel = callee.connection().request("CANCEL");
    callee.answer(cancel, "200 OK", "");
    callee.answer(invite, "487 Request Terminated", "");

    assertThat(caller.connection().finalResponse("CANCEL").status()).isEqualTo(200);
    assertThat(caller.connection().finalResponse("INVITE").status()).isEqualTo(487);
    assertThat(callee.connection().request("ACK")).isNotNull();
  }

  @Test
  void aRefusalByTheCalleeIsPassedOn() throws Exception {
    permittedPair();

    caller.invite(callee.aor());
    callee.answer(callee.connection().request("INVITE"), "486 Busy Here", "");

    assertThat(caller.connection().finalResponse("INVITE").status()).isEqualTo(486);
  }

  @Test
  void whoMayNotCallIsAnsweredAsACallerOfNobody() throws Exception {
    Aor mallory = subscriber("mallory");
    Aor registered = subscriber("video");
    callee = registered(registered);
    Aor offline = subscriber("video");
    Aor suspended = subscriber("video");
    permissions.permit(mallory, suspended);
    subscribers.suspend(suspended);
    Map<String, Aor> callees = new LinkedHashMap<>();
    callees.put("nobody", fresh("video"));
    callees.put("registered, not permitted", registered);
    callees.put("not registered, not permitted", offline);
    callees.put("suspended", suspended);
    callees.put("of a domain that is not ours", new Aor("video", "elsewhere.example"));

    caller = registered(mallory);
    for (String method : List.of("INVITE", "MESSAGE", "OPTIONS")) {
      List<String> answers = new ArrayList<>();
      for (Aor aor : callees.values()) {
        SipMessage answer = caller.request(method, aor.toString());
        assertThat(answer.status()).as("%s to %s", method, aor).isEqualTo(404);
        answers.add(shape(answer, aor.toString()));
      }
      assertThat(answers).as("%s to %s", method, callees.keySet()).containsOnly(answers.get(0));
    }
    assertThat(callee.connection().silentFor(Duration.ofMillis(500)))
        .as("the callee hears nothing of it")
        .isTrue();
  }

  @Test
  void aPageInABrowserCallsADevice() throws Exception {
    Aor page = subscriber("page");
    Aor video = subscriber("video");
    permissions.permit(page, video);
    caller = registeredByWebSocket(page);
    callee = registered(video);

    callFromRingingToBye();
  }

  @Test
  void aDeviceCallsAPageInABrowser() throws Exception {
    Aor alice = subscriber("alice");
    Aor page = subscriber("page");
    permissions.permit(alice, page);
    caller = registered(alice);
    callee = registeredByWebSocket(page);

    callFromRingingToBye();
  }

  @Test
  void aPageThatMayNotCallIsToldOfNobody() throws Exception {
    caller = registeredByWebSocket(subscriber("page"));
    Aor video = subscriber("video");
    registered(video);

    assertThat(caller.request("INVITE", video.toString()).status()).isEqualTo(404);
  }

  private void callFromRingingToBye() throws Exception {
    WireDevice.Call call = caller.invite(callee.aor());
    SipMessage invite = callee.connection().request("INVITE");
    callee.answer(invite, "180 Ringing", "");
    caller.connection().await(m -> !m.isRequest() && m.status() == 180);
    callee.answer(invite, "200 OK", "Contact: " + callee.contact() + "\n");
    SipMessage ok = caller.connection().finalResponse("INVITE");
    assertThat(ok.status()).isEqualTo(200);
    assertThat(ok.recordRoutes()).as("one for each side (RFC 5658)").hasSize(2);
    call.acknowledgeOk(ok);
    assertThat(callee.connection().request("ACK").header("Call-ID")).contains(call.callId());

    call.inDialog("INFO", ok);
    callee.answer(callee.connection().request("INFO"), "200 OK", "");
    assertThat(caller.connection().finalResponse("INFO").status()).isEqualTo(200);

    callee.toCaller("BYE", invite, 1, "");
    caller.answer(caller.connection().request("BYE"), "200 OK", "");
    assertThat(callee.connection().finalResponse("BYE").status()).isEqualTo(200);
  }

  private WireDevice registeredByWebSocket(Aor aor) throws Exception {
    InetSocketAddress listener =
        new InetSocketAddress(server().getAddress(), server().getPort() - 5061 + WEB_SOCKETS);
    WireDevice device =
        device(aor, PASSWORD, opened(SipConnection.openWebSocket(listener, trustAnchor())));
    assertThat(device.register().status()).isEqualTo(200);
    return device;
  }

  @Test
  void aMessageOfAPermittedCallerGoesThroughAndItsAnswerBack() throws Exception {
    permittedPair();
    ExecutorService side = Executors.newSingleThreadExecutor();
    try {
      Future<SipMessage> answer = side.submit(() -> caller.request("MESSAGE", callee.aor()));
      SipMessage message = callee.connection().request("MESSAGE");
      callee.answer(message, "200 OK", "");

      assertThat(message.header("Proxy-Authorization")).isEmpty();
      assertThat(message.header("Record-Route")).as("a MESSAGE begins no dialog").isEmpty();
      assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).status()).isEqualTo(200);
    } finally {
      side.shutdownNow();
    }
  }

  @Test
  void aPermittedCallerIsToldThatTheCalleeIsAway() throws Exception {
    Aor alice = subscriber("alice");
    Aor video = subscriber("video");
    permissions.permit(alice, video);

    assertThat(registered(alice).request("INVITE", video.toString()).status()).isEqualTo(480);
  }

  @Test
  void aConnectionThatIsGoneIsAnsweredAtOnce() throws Exception {
    Aor alice = subscriber("alice");
    Aor video = subscriber("video");
    permissions.permit(alice, video);
    caller = registered(alice);
    registered(video).connection().close();

    long start = System.nanoTime();
    int status = caller.request("INVITE", video.toString()).status();

    assertThat(status).isEqualTo(480);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as("no transaction that times out")
        .isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void aConnectionThatGoesWhileItRingsEndsTheCall() throws Exception {
    permittedPair();
    caller.invite(callee.aor());
    callee.answer(callee.connection().request("INVITE"), "180 Ringing", "");
    caller.connection().await(m -> !m.isRequest() && m.status() == 180);

    callee.connection().close();

    assertThat(caller.connection().finalResponse("INVITE").status()).isEqualTo(480);
  }

  @Test
  void aDeviceIsReachedOverItsOtherConnectionWhenOneFails() throws Exception {
    Aor alice = subscriber("alice");
    Aor video = subscriber("video");
    permissions.permit(alice, video);
    caller = registered(alice);
    WireDevice earlier = overFlow(video, 1);
    WireDevice later = overFlow(video, 2);

    WireDevice.Call call = caller.invite(video.toString());
    later.connection().request("INVITE");
    later.connection().close();
    SipMessage invite = earlier.connection().request("INVITE");
    earlier.answer(invite, "200 OK", "Contact: " + earlier.contact() + "\n");
    call.acknowledgeOk(caller.connection().finalResponse("INVITE"));

    assertThat(earlier.connection().request("ACK").header("Call-ID")).contains(call.callId());
  }

  private WireDevice overFlow(Aor aor, int regId) throws Exception {
    WireDevice device = device(aor);
    String instance = ";+sip.instance=\"<urn:uuid:two-flows>\";reg-id=" + regId;
    device.register("Supported: outbound\nContact: " + device.contact() + instance + "\n");
    return device;
  }

  @Test
  void aCallerWithoutCredentialsIsChallenged() throws Exception {
    Aor alice = subscriber("alice");
    caller = device(alice);
    caller
        .connection()
        .send(
            """
            INVITE %s SIP/2.0
            Via: SIP/2.0/TLS %s;branch=z9hG4bK1;rport
            Max-Forwards: 70
            From: <%s>;tag=1
            To: <%s>
            Call-ID: %d
            CSeq: 1 INVITE
            Contact: %s
            Content-Length: 0

            """
                .formatted(
                    fresh("video"),
                    caller.connection().localHostPort(),
                    alice,
                    fresh("video"),
                    System.nanoTime(),
                    caller.contact()));

    SipMessage challenge = caller.connection().finalResponse("INVITE");

    assertThat(challenge.status()).isEqualTo(407);
    assertThat(challenge.all("Proxy-Authenticate")).hasSize(2);
    assertThat(challenge.header("Contact")).as("no other address of the server").isEmpty();
  }

  @Test
  void aMethodThatBeginsNothingHereIsRefusedWhoeverIsMeant() throws Exception {
    Aor alice = subscriber("alice");
    caller = device(alice);
    String headers = "Event: presence\nRefer-To: <" + fresh("other") + ">\n";
    for (Aor meant : List.of(alice, fresh("nobody"))) {
      for (String method : List.of("PUBLISH", "REFER")) {
        SipMessage refusal = caller.request(method, meant.toString(), headers);
        assertThat(refusal.status()).as("%s to %s", method, meant).isEqualTo(405);
        assertThat(refusal.header("Allow").orElseThrow()).contains("MESSAGE", "SUBSCRIBE");
      }
      assertThat(caller.request("INFO", meant.toString()).status())
          .as("what needs a dialog")
          .isEqualTo(481);
    }
  }

  @Test
  void nobodyCallsInAnothersName() throws Exception {
    Aor alice = subscriber("alice");
    Aor mallory = subscriber("mallory");
    Aor video = subscriber("video");
    permissions.permit(alice, video);
    callee = registered(video);
    WireDevice impostor =
        new WireDevice(connect(), alice.user(), DOMAIN, mallory.user(), PASSWORD.reveal());

    SipMessage refusal = impostor.request("INVITE", video.toString());

    assertThat(refusal.status()).isEqualTo(403);
    assertThat(refusal.header("Reason").orElseThrow()).contains("use your own name");
    assertThat(callee.connection().silentFor(Duration.ofMillis(500))).isTrue();
  }

  @Test
  void theServerIsNoOpenRelay() throws Exception {
    Aor alice = subscriber("alice");
    caller = registered(alice);
    String target = "sip:someone@elsewhere.example";
    String head =
        """
        INVITE %s SIP/2.0
        Via: SIP/2.0/TLS %s;branch=z9hG4bK%s;rport
        Max-Forwards: 70
        Route: <sip:[::1]:9;transport=tcp;lr>
        From: <%s>;tag=1
        To: <%s>
        Call-ID: open-relay-%d
        CSeq: %d INVITE
        %sContact: %s
        Content-Length: 0

        """;
    long id = System.nanoTime();
    String via = caller.connection().localHostPort();
    caller
        .connection()
        .send(head.formatted(target, via, "1" + id, alice, target, id, 1, "", caller.contact()));
    SipMessage challenge = caller.connection().finalResponse("INVITE");
    String proof = caller.authorization(challenge, "INVITE", target);
    caller
        .connection()
        .send(head.formatted(target, via, "2" + id, alice, target, id, 2, proof, caller.contact()));

    assertThat(caller.connection().finalResponse("INVITE").status()).isEqualTo(403);
  }

  private SipMessage knock(String server, String question) throws Exception {
    return caller.message(server, KNOCK, question);
  }

  /** What it looks like when somebody opens is seen in {@code HomesIT}. */
  @Test
  void aKnockIsForWhoeverAsksAndHasAnAddressOfItsOwn() throws Exception {
    caller = registered(subscriber("alice"));
    String server = "sip:" + DOMAIN;

    SipMessage elsewhere = knock(server, "tcp 2001:db8::1 49200 0a1b2c3d");
    assertThat(elsewhere.status()).isEqualTo(400);
    assertThat(elsewhere.header("Reason").orElseThrow())
        .contains("it goes to the address that the question comes from");
    for (int i = 0; i < 2; i++) {
      SipMessage here = knock(server, "udp 49200 0a1b2c3d");
      assertThat(here.status()).as("and it is not counted").isEqualTo(403);
      assertThat(here.header("Reason").orElseThrow()).contains("this server's own");
    }
  }

  @Test
  void aKnockThatIsNotForTheServerOfOnesDomainIsAMessageToNobody() throws Exception {
    caller = registered(subscriber("alice"));
    Aor nobody = fresh("video");
    String refusal = shape(caller.request("MESSAGE", nobody.toString()), nobody.toString());
    String question = "tcp 49200 0a1b2c3d";

    assertThat(refusal).startsWith("SIP/2.0 404 ");
    for (String target :
        List.of(nobody.toString(), "sip:" + nobody.user() + "@fire.example", "sip:fire.example")) {
      assertThat(shape(knock(target, question), target)).as(target).isEqualTo(refusal);
    }
    SipMessage text = caller.message("sip:" + DOMAIN, "text/plain", question);
    assertThat(shape(text, "sip:" + DOMAIN)).isEqualTo(refusal);
    caller = device(nobody);
    assertThat(knock("sip:" + DOMAIN, question).status()).as("of a stranger").isEqualTo(407);
  }

  /** Alice at home, and video, which lets her call. */
  private void permittedPair() throws Exception {
    Aor alice = subscriber("alice");
    Aor video = subscriber("video");
    permissions.permit(alice, video);
    caller = registered(alice);
    callee = registered(video);
  }

  /** A response without what belongs to its request alone. */
  private static String shape(SipMessage response, String callee) {
    StringBuilder shape = new StringBuilder(response.startLine()).append('\n');
    for (var header : response.headers()) {
      boolean ofTheRequest = List.of("Via", "From", "Call-ID", "CSeq").contains(header.getKey());
      String value = ofTheRequest ? "" : header.getValue();
      value = value.replace(callee, "callee").replaceAll(";tag=.*", ";tag");
      shape.append(header.getKey()).append(": ").append(value).append('\n');
    }
    return shape + response.body();
  }
}
