package org.m2mx.tests.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.m2mx.registry.call.CallTrace.Station.CALLEE;
import static org.m2mx.registry.call.CallTrace.Station.CALLER;
import static org.m2mx.registry.call.CallTrace.Station.SERVER;

import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.assertj.core.groups.Tuple;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.registry.call.CallDecision.Reason;
import org.m2mx.registry.call.CallRecord;
import org.m2mx.registry.call.CallRecord.Ending;
import org.m2mx.registry.call.CallRecord.Result;
import org.m2mx.registry.call.CallRecords;
import org.m2mx.registry.call.CallRule;
import org.m2mx.registry.call.CallSearch;
import org.m2mx.registry.call.CallTrace;
import org.m2mx.registry.call.CallTrace.Message;
import org.m2mx.registry.call.RuleVerdict;
import org.m2mx.registry.call.RuleVerdict.Outcome;
import org.m2mx.registry.permission.Permissions;
import org.m2mx.tests.wire.SipMessage;
import org.m2mx.tests.wire.WireDevice;

/** A call from its INVITE to its end: what it may carry, where it goes, and what is kept of it. */
@ArquillianTest
class CallIT extends ServiceTest {

  @Inject Permissions permissions;
  @Inject CallRecords records;

  private Aor alice;
  private Aor video;
  private WireDevice caller;
  private WireDevice callee;

  @Deployment
  static EnterpriseArchive service() {
    return M2mxEar.withTests(CallIT.class);
  }

  @Test
  void anAnsweredCallIsRecordedWithItsTrace() throws Exception {
    permittedPair();
    WireDevice.Call call = caller.invite(callee.aor());
    SipMessage invite = callee.connection().request("INVITE");
    callee.answer(invite, "180 Ringing", "");
    caller.connection().await(m -> !m.isRequest() && m.status() == 180);
    callee.answer(invite, "200 OK", "Contact: " + callee.contact() + "\n");
    SipMessage ok = caller.connection().finalResponse("INVITE");
    call.acknowledgeOk(ok);
    callee.connection().request("ACK");
    call.inDialog("BYE", ok);
    callee.answer(callee.connection().request("BYE"), "200 OK", "");
    caller.connection().finalResponse("BYE");

    CallRecord record = recorded(call.callId(), r -> r.ending().isPresent());
    assertThat(record.method()).isEqualTo("INVITE");
    assertThat(record.caller().aor()).isEqualTo(alice);
    assertThat(record.caller().address()).contains(address(caller));
    assertThat(record.callee().aor()).isEqualTo(video);
    assertThat(record.callee().address()).contains(address(callee));
    assertThat(record.status()).isEqualTo(200);
    assertThat(record.result()).isEqualTo(Result.ANSWERED);
    assertThat(record.reason()).isEqualTo(Reason.PERMITTED);
    assertThat(record.ending()).contains(Ending.CALLER_HUNG_UP);
    assertThat(record.duration()).isPresent();
    CallTrace trace = records.trace(record.id()).orElseThrow();
    assertThat(trace.rules())
        .contains(new RuleVerdict(CallRule.CALLEE_LIST, Outcome.PERMITS, alice.toString()));
    assertThat(trace.messages())
        .extracting(Message::from, Message::to, Message::what)
        .containsExactly(
            Tuple.tuple(CALLER, SERVER, "INVITE"),
            Tuple.tuple(SERVER, CALLEE, "INVITE"),
            Tuple.tuple(CALLEE, SERVER, "180 Ringing"),
            Tuple.tuple(SERVER, CALLER, "180 Ringing"),
            Tuple.tuple(CALLEE, SERVER, "200 OK"),
            Tuple.tuple(SERVER, CALLER, "200 OK"),
            Tuple.tuple(CALLER, SERVER, "ACK"),
            Tuple.tuple(SERVER, CALLEE, "ACK"),
            Tuple.tuple(CALLER, SERVER, "BYE"),
            Tuple.tuple(SERVER, CALLEE, "BYE"),
            Tuple.tuple(CALLEE, SERVER, "200 OK"),
            Tuple.tuple(SERVER, CALLER, "200 OK"));
    assertThat(trace.messages()).extracting(Message::at).isSorted();
  }

  @Test
  void whatTheCallerMayNotKnowIsKeptForTheOperator() throws Exception {
    permittedPair();
    Aor stranger = subscriber("mallory");
    WireDevice mallory = registered(stranger);

    mallory.request("INVITE", video.toString());
    mallory.request("MESSAGE", fresh("nobody").toString());

    List<CallRecord> calls = recorded(CallSearch.all().of(stranger), 2);
    assertThat(calls)
        .extracting(CallRecord::method, CallRecord::status, CallRecord::result, CallRecord::reason)
        .containsExactlyInAnyOrder(
            Tuple.tuple("INVITE", 404, Result.CONCEALED, Reason.NOT_PERMITTED),
            Tuple.tuple("MESSAGE", 404, Result.CONCEALED, Reason.NO_SUCH_USER));
    assertThat(calls)
        .allSatisfy(call -> assertThat(records.trace(call.id()).orElseThrow().rules()).hasSize(6));
  }

  @Test
  void aCallTakenBackAndOneRefusedAreToldApart() throws Exception {
    permittedPair();
    WireDevice.Call refused = caller.invite(callee.aor());
    callee.answer(callee.connection().request("INVITE"), "603 Decline", "");
    assertThat(caller.connection().finalResponse("INVITE").status()).isEqualTo(603);
    WireDevice.Call cancelled = caller.invite(callee.aor());
    SipMessage invite = callee.connection().request("INVITE");
    callee.answer(invite, "180 Ringing", "");
    caller.connection().await(m -> !m.isRequest() && m.status() == 180);
    cancelled.cancel();
    callee.answer(callee.connection().request("CANCEL"), "200 OK", "");
    callee.answer(invite, "487 Request Terminated", "");
    caller.connection().finalResponse("INVITE");

    assertThat(recorded(refused.callId(), r -> true).result()).isEqualTo(Result.FAILED);
    CallRecord record = recorded(cancelled.callId(), r -> true);
    assertThat(record.result()).isEqualTo(Result.CANCELLED);
    assertThat(records.trace(record.id()).orElseThrow().messages())
        .extracting(Message::what)
        .contains("CANCEL");
  }

  @Test
  void aCancelBeforeAnyAnswerReachesTheCalleeWithItsFirstOne() throws Exception {
    permittedPair();
    WireDevice.Call call = caller.invite(callee.aor());
    SipMessage invite = callee.connection().request("INVITE");
    call.cancel();
    assertThat(caller.connection().finalResponse("CANCEL").status()).isEqualTo(200);

    callee.answer(invite, "180 Ringing", "");
    callee.answer(callee.connection().request("CANCEL"), "200 OK", "");
    callee.answer(invite, "487 Request Terminated", "");

    assertThat(caller.connection().finalResponse("INVITE").status()).isEqualTo(487);
  }

  @Test
  void anAcceptanceThatCrossesTheCancelCounts() throws Exception {
    permittedPair();
    WireDevice.Call call = caller.invite(callee.aor());
    SipMessage invite = callee.connection().request("INVITE");
    callee.answer(invite, "180 Ringing", "");
    caller.connection().await(m -> !m.isRequest() && m.status() == 180);
    call.cancel();
    SipMessage cancel = callee.connection().request("CANCEL");
    callee.answer(invite, "200 OK", "Contact: " + callee.contact() + "\n");
    callee.answer(cancel, "200 OK", "");

    SipMessage ok = caller.connection().finalResponse("INVITE");
    assertThat(ok.status()).isEqualTo(200);
    call.acknowledgeOk(ok);
    callee.connection().request("ACK");
    call.inDialog("BYE", ok);
    callee.answer(callee.connection().request("BYE"), "200 OK", "");
    assertThat(caller.connection().finalResponse("BYE").status()).isEqualTo(200);
  }

  @Test
  void everyMethodOfADialogGoesThroughItBothWays() throws Exception {
    permittedPair();
    WireDevice.Call call = caller.invite(callee.aor(), "Supported: 100rel\n");
    SipMessage invite = callee.connection().request("INVITE");
    assertThat(invite.header("Supported").orElseThrow()).contains("100rel");
    callee.answer(
        invite,
        "183 Session Progress",
        "Require: 100rel\nRSeq: 1\nContact: " + callee.contact() + "\n");
    SipMessage progress = caller.connection().await(m -> !m.isRequest() && m.status() == 183);
    assertThat(progress.header("RSeq")).contains("1");
    call.inDialog("PRACK", progress, "RAck: 1 2 INVITE\n");
    SipMessage prack = callee.connection().request("PRACK");
    assertThat(prack.header("RAck")).contains("1 2 INVITE");
    callee.answer(prack, "200 OK", "");
    assertThat(caller.connection().finalResponse("PRACK").status()).isEqualTo(200);
    callee.answer(invite, "200 OK", "Contact: " + callee.contact() + "\n");
    SipMessage ok = caller.connection().finalResponse("INVITE");
    call.acknowledgeOk(ok, 2);
    callee.connection().request("ACK");

    for (String method : List.of("UPDATE", "INFO", "REFER", "MESSAGE", "OPTIONS", "NOTIFY")) {
      call.inDialog(method, ok, extra(method));
      SipMessage request = callee.connection().request(method);
      assertThat(request.header("Route")).as("%s", method).isEmpty();
      callee.answer(request, "200 OK", "Contact: " + callee.contact() + "\n");
      assertThat(caller.connection().finalResponse(method).status()).as(method).isEqualTo(200);
    }

    call.inDialog("INVITE", ok, "Contact: " + caller.contact() + "\n");
    SipMessage again = callee.connection().request("INVITE");
    callee.answer(again, "200 OK", "Contact: " + callee.contact() + "\n");
    assertThat(caller.connection().finalResponse("INVITE").status()).isEqualTo(200);
    call.acknowledgeOk(ok);
    assertThat(callee.connection().request("ACK").header("CSeq"))
        .isEqualTo(again.header("CSeq").map(cseq -> cseq.replace("INVITE", "ACK")));
    call.inDialog("BYE", ok);
    callee.answer(callee.connection().request("BYE"), "200 OK", "");
    assertThat(caller.connection().finalResponse("BYE").status()).isEqualTo(200);
  }

  @Test
  void theCalleeMayAskWithinTheDialogToo() throws Exception {
    permittedPair();
    WireDevice.Call call = caller.invite(callee.aor(), "Supported: 100rel\n");
    SipMessage invite = callee.connection().request("INVITE");
    String contact = "Contact: " + callee.contact() + "\n";
    callee.answer(invite, "183 Session Progress", "Require: 100rel\nRSeq: 1\n" + contact);
    SipMessage progress = caller.connection().await(m -> !m.isRequest() && m.status() == 183);
    call.inDialog("PRACK", progress, "RAck: 1 2 INVITE\n");
    callee.answer(callee.connection().request("PRACK"), "200 OK", "");
    assertThat(caller.connection().finalResponse("PRACK").status()).isEqualTo(200);

    callerAnswers("UPDATE", invite, 1, contact);
    callee.answer(invite, "200 OK", contact);
    call.acknowledgeOk(caller.connection().finalResponse("INVITE"), 2);
    callee.connection().request("ACK");
    callerAnswers("INFO", invite, 2, "");
    callerAnswers("UPDATE", invite, 3, contact);
    callerAnswers("BYE", invite, 4, "");
  }

  private void callerAnswers(String method, SipMessage invite, int sequence, String headers)
      throws IOException {
    callee.toCaller(method, invite, sequence, headers);
    SipMessage request = caller.connection().request(method);
    assertThat(request.startLine()).contains(caller.connection().localHostPort());
    caller.answer(
        request, "200 OK", "UPDATE".equals(method) ? "Contact: " + caller.contact() + "\n" : "");
    assertThat(callee.connection().finalResponse(method).status()).as(method).isEqualTo(200);
  }

  private String extra(String method) {
    String contact = "Contact: " + caller.contact() + "\n";
    return switch (method) {
      case "REFER" -> contact + "Refer-To: <" + fresh("third") + ">\n";
      case "NOTIFY" -> contact + "Event: refer\nSubscription-State: active\n";
      case "UPDATE" -> contact;
      default -> "";
    };
  }

  @Test
  void devicesOfOneQRingTogetherAndTheLosersAreCalledOff() throws Exception {
    permittedPair();
    WireDevice second = device(video);
    second.register("Contact: " + second.contact() + "\n");

    WireDevice.Call call = caller.invite(callee.aor());
    SipMessage toFirst = callee.connection().request("INVITE");
    SipMessage toSecond = second.connection().request("INVITE");
    callee.answer(toFirst, "180 Ringing", "");
    second.answer(toSecond, "180 Ringing", "");
    second.answer(toSecond, "200 OK", "Contact: " + second.contact() + "\n");
    SipMessage cancel = callee.connection().request("CANCEL");
    callee.answer(cancel, "200 OK", "");
    callee.answer(toFirst, "487 Request Terminated", "");

    SipMessage ok = caller.connection().finalResponse("INVITE");
    assertThat(ok.status()).isEqualTo(200);
    call.acknowledgeOk(ok);
    assertThat(second.connection().request("ACK")).isNotNull();
    CallRecord record = recorded(call.callId(), r -> true);
    assertThat(record.callee().address()).contains(address(second));
  }

  @Test
  void devicesThatAcceptAtOnceHaveEachADialogAndTheCallEndsWithTheLast() throws Exception {
    permittedPair();
    WireDevice other = registered(video);
    WireDevice.Call call = caller.invite(callee.aor());
    SipMessage invite = callee.connection().request("INVITE");
    SipMessage otherInvite = other.connection().request("INVITE");
    callee.answer(invite, "200 OK", "Contact: " + callee.contact() + "\n");
    SipMessage ok = caller.connection().finalResponse("INVITE");
    other.answer(otherInvite, "200 OK", "Contact: " + other.contact() + "\n");
    SipMessage otherOk = caller.connection().finalResponse("INVITE");
    assertThat(otherOk.tag("To")).contains(other.tag());

    call.acknowledgeOk(ok);
    call.acknowledgeOk(otherOk);
    callee.connection().request("ACK");
    other.connection().request("ACK");
    call.inDialog("BYE", otherOk);
    other.answer(other.connection().request("BYE"), "200 OK", "");
    assertThat(caller.connection().finalResponse("BYE").status()).isEqualTo(200);
    assertThat(recorded(call.callId(), r -> true).ending()).isEmpty();

    call.inDialog("INFO", ok);
    callee.answer(callee.connection().request("INFO"), "200 OK", "");
    assertThat(caller.connection().finalResponse("INFO").status()).isEqualTo(200);
    callee.toCaller("BYE", invite, 1, "");
    caller.answer(caller.connection().request("BYE"), "200 OK", "");
    assertThat(callee.connection().finalResponse("BYE").status()).isEqualTo(200);
    CallRecord record = recorded(call.callId(), r -> r.ending().isPresent());
    assertThat(record.ending()).contains(Ending.CALLEE_HUNG_UP);
    assertThat(record.callee().address()).contains(address(callee));
  }

  @Test
  void devicesOfLowerQAreTriedWhenNoneOfHigherAccepts() throws Exception {
    permittedPair();
    WireDevice last = device(video);
    last.register("Contact: " + last.contact() + ";q=0.1\n");

    WireDevice.Call call = caller.invite(callee.aor());
    SipMessage toFirst = callee.connection().request("INVITE");
    assertThat(last.connection().silentFor(Duration.ofMillis(300)))
        .as("it has to wait its turn")
        .isTrue();
    callee.answer(toFirst, "486 Busy Here", "");
    SipMessage toLast = last.connection().request("INVITE");
    last.answer(toLast, "200 OK", "Contact: " + last.contact() + "\n");

    SipMessage ok = caller.connection().finalResponse("INVITE");
    assertThat(ok.status()).isEqualTo(200);
    call.acknowledgeOk(ok);
    assertThat(last.connection().request("ACK")).isNotNull();
  }

  @Test
  void whenEveryDeviceRefusesTheCallerGetsTheBestAnswer() throws Exception {
    permittedPair();
    WireDevice last = device(video);
    last.register("Contact: " + last.contact() + ";q=0.1\n");

    caller.invite(callee.aor());
    callee.answer(callee.connection().request("INVITE"), "486 Busy Here", "");
    last.answer(last.connection().request("INVITE"), "500 Server Internal Error", "");

    assertThat(caller.connection().finalResponse("INVITE").status()).isEqualTo(486);
  }

  @Test
  void aRefusalForAllEndsTheSearch() throws Exception {
    permittedPair();
    WireDevice last = device(video);
    last.register("Contact: " + last.contact() + ";q=0.1\n");

    caller.invite(callee.aor());
    callee.answer(callee.connection().request("INVITE"), "603 Decline", "");

    assertThat(caller.connection().finalResponse("INVITE").status()).isEqualTo(603);
    assertThat(last.connection().silentFor(Duration.ofMillis(300))).isTrue();
  }

  @Test
  void theServerVouchesForTheCallerAndForNothingElse() throws Exception {
    permittedPair();
    caller.invite(
        callee.aor(),
        "P-Asserted-Identity: <sip:president@palace.example>\n"
            + "P-Preferred-Identity: <sip:x@y.example>\n");
    SipMessage invite = callee.connection().request("INVITE");
    assertThat(invite.all("P-Asserted-Identity")).containsExactly("<" + alice + ">");
    assertThat(invite.header("P-Preferred-Identity")).isEmpty();
    callee.answer(invite, "486 Busy Here", "P-Asserted-Identity: <sip:king@palace.example>\n");
    assertThat(caller.connection().finalResponse("INVITE").header("P-Asserted-Identity")).isEmpty();

    caller.invite(
        callee.aor(), "Privacy: id\nP-Asserted-Identity: <sip:president@palace.example>\n");
    assertThat(callee.connection().request("INVITE").header("P-Asserted-Identity"))
        .as("the caller asked for privacy")
        .isEmpty();
  }

  @Test
  void aRequestThatComesRoundAgainIsStopped() throws Exception {
    permittedPair();
    caller.invite(callee.aor());
    SipMessage invite = callee.connection().request("INVITE");

    StringBuilder loop = new StringBuilder("INVITE " + callee.aor() + " SIP/2.0\n");
    loop.append("Via: SIP/2.0/TLS ")
        .append(callee.connection().localHostPort())
        .append(";branch=z9hG4bKloop;rport\n");
    invite.headers().stream()
        .filter(header -> !header.getKey().equals("Record-Route"))
        .forEach(h -> loop.append(h.getKey()).append(": ").append(h.getValue()).append('\n'));
    callee.connection().send(loop.append('\n').toString());

    assertThat(callee.connection().finalResponse("INVITE").status()).isEqualTo(482);
  }

  @Test
  void whatMayGoNoFurtherOrNeedsWhatIsNotHereIsRefused() throws Exception {
    permittedPair();
    String head =
        """
        %s %s SIP/2.0
        Via: SIP/2.0/TLS %s;branch=z9hG4bK%d;rport
        From: <%s>;tag=1
        To: <%s>
        Call-ID: %d
        CSeq: 1 %s
        Contact: %s
        %sContent-Length: 0

        """;
    for (String method : List.of("INVITE", "MESSAGE", "OPTIONS")) {
      SipMessage hops = refusal(head, method, "Max-Forwards: 0\n");
      assertThat(hops.status()).as(method).isEqualTo(483);
      SipMessage extension =
          refusal(head, method, "Max-Forwards: 70\nProxy-Require: wishes, dreams\n");
      assertThat(extension.status()).as(method).isEqualTo(420);
      assertThat(String.join(",", extension.all("Unsupported"))).isEqualTo("wishes,dreams");
    }
  }

  private SipMessage refusal(String head, String method, String headers) throws Exception {
    String via = caller.connection().localHostPort();
    long id = System.nanoTime();
    caller
        .connection()
        .send(
            head.formatted(
                method, video, via, id, alice, video, id, method, caller.contact(), headers));
    return caller.connection().finalResponse(method);
  }

  @Test
  void withinADialogTheRulesAreTheSame() throws Exception {
    permittedPair();
    WireDevice.Call call = caller.invite(callee.aor());
    SipMessage invite = callee.connection().request("INVITE");
    callee.answer(invite, "200 OK", "Contact: " + callee.contact() + "\n");
    SipMessage ok = caller.connection().finalResponse("INVITE");
    call.acknowledgeOk(ok);
    assertThat(callee.connection().request("ACK").header("P-Asserted-Identity")).isEmpty();

    for (String method : List.of("INFO", "BYE")) {
      call.inDialogWithNoHopLeft(method, ok);
      assertThat(caller.connection().finalResponse(method).status()).as(method).isEqualTo(483);
      call.inDialog(method, ok, "Proxy-Require: wishes\n");
      SipMessage extension = caller.connection().finalResponse(method);
      assertThat(extension.status()).as(method).isEqualTo(420);
      assertThat(extension.all("Unsupported")).containsExactly("wishes");
      call.inDialog(method, ok, "Route: <sip:[::1]:9;transport=tls;lr>\n");
      assertThat(caller.connection().finalResponse(method).status()).as(method).isEqualTo(403);
    }
    call.inDialog("OPTIONS", ok);
    callee.answer(callee.connection().request("OPTIONS"), "503 Service Unavailable", "");
    assertThat(caller.connection().finalResponse("OPTIONS").status()).isEqualTo(500);
    assertThat(callee.connection().silentFor(Duration.ofMillis(1)))
        .as("none of the refused was passed on")
        .isTrue();

    callee.connection().close();
    call.inDialog("BYE", ok);
    assertThat(caller.connection().finalResponse("BYE").status())
        .as("how the callee is reached is no business of the caller's")
        .isEqualTo(480);
  }

  @Test
  void anOverloadedDeviceIsNoOverloadedServer() throws Exception {
    permittedPair();
    caller.invite(callee.aor());
    callee.answer(callee.connection().request("INVITE"), "503 Service Unavailable", "");

    assertThat(caller.connection().finalResponse("INVITE").status()).isEqualTo(500);
  }

  @Test
  void theServerTellsWhatItCanDo() throws Exception {
    permittedPair();
    SipMessage capabilities = caller.request("OPTIONS", "sip:" + DOMAIN);

    assertThat(capabilities.status()).isEqualTo(200);
    assertThat(String.join(",", capabilities.all("Allow"))).contains("INVITE", "MESSAGE");
    assertThat(String.join(",", capabilities.all("Allow-Events"))).contains("presence", "reg");
    assertThat(String.join(",", capabilities.all("Supported"))).contains("outbound", "timer");
    assertThat(caller.request("OPTIONS", "sip:elsewhere.example").status()).isEqualTo(404);
    SipMessage extension = caller.request("OPTIONS", "sip:" + DOMAIN, "Require: timer, wishes\n");
    assertThat(extension.status()).isEqualTo(420);
    assertThat(extension.all("Unsupported")).containsExactly("wishes");
    assertThat(caller.request("INVITE", "tel:+81312345678").status()).isEqualTo(416);
  }

  @Test
  void aCallerThatCanIsAskedToRefreshTheSession() throws Exception {
    permittedPair();
    WireDevice.Call call = caller.invite(callee.aor(), "Supported: timer\n");
    SipMessage invite = callee.connection().request("INVITE");
    assertThat(invite.header("Session-Expires")).contains("1800");
    assertThat(invite.header("Min-SE")).contains("90");
    callee.answer(invite, "200 OK", "Contact: " + callee.contact() + "\n");

    SipMessage ok = caller.connection().finalResponse("INVITE");
    assertThat(ok.header("Session-Expires")).contains("1800;refresher=uac");
    assertThat(ok.header("Require")).contains("timer");
    call.acknowledgeOk(ok);
    callee.connection().request("ACK");
  }

  @Test
  void whatTheTwoAgreeOnStands() throws Exception {
    permittedPair();
    caller.invite(callee.aor(), "Supported: timer\nSession-Expires: 120;refresher=uas\n");
    SipMessage invite = callee.connection().request("INVITE");
    assertThat(invite.header("Session-Expires")).contains("120;refresher=uas");
    callee.answer(
        invite,
        "200 OK",
        "Require: timer\nSession-Expires: 120;refresher=uas\nContact: " + callee.contact() + "\n");

    SipMessage ok = caller.connection().finalResponse("INVITE");
    assertThat(ok.header("Session-Expires")).contains("120;refresher=uas");
    assertThat(ok.all("Require")).containsExactly("timer");
  }

  @Test
  void refreshesThatAreTooFrequentAreRefusedWhoeverIsCalled() throws Exception {
    permittedPair();
    String wish = "Supported: timer\nSession-Expires: 30\n";
    for (String target : List.of(callee.aor(), fresh("nobody").toString())) {
      caller.invite(target, wish);
      SipMessage refusal = caller.connection().finalResponse("INVITE");
      assertThat(refusal.status()).as(target).isEqualTo(422);
      assertThat(refusal.header("Min-SE")).contains("90");
    }
  }

  /** As the server sees it. */
  private static String address(WireDevice device) {
    return device.connection().localHostPort().replace("[0:0:0:0:0:0:0:1]", "[::1]");
  }

  /** Alice at home, and video, which lets her call. */
  private void permittedPair() throws Exception {
    alice = subscriber("alice");
    video = subscriber("video");
    permissions.permit(alice, video);
    caller = registered(alice);
    callee = registered(video);
  }

  private CallRecord recorded(String callId, Predicate<CallRecord> wanted) throws Exception {
    return await("record of " + callId)
        .atMost(PATIENCE)
        .until(
            () -> search(CallSearch.all().withCallId(callId)).stream().findFirst(),
            found -> found.filter(wanted).isPresent())
        .orElseThrow();
  }

  private List<CallRecord> recorded(CallSearch search, int size) {
    return await().atMost(PATIENCE).until(() -> search(search), found -> found.size() >= size);
  }

  private List<CallRecord> search(CallSearch search) {
    return records.search(search, Optional.empty(), 100).calls();
  }
}
