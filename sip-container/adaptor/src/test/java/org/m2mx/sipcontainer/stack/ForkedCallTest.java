package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** The dialogs of a call that rings at two places: RFC 3261 sections 13.2.2.4 and 16.7. */
class ForkedCallTest extends ProxyFixture {
  private static final String CALLEE = "<sip:someone@example.org>";

  private Received invite(Target first, Target second) throws Exception {
    alice.send(
        "INVITE",
        "sip:someone@example.org",
        "forked",
        1,
        CALLEE,
        "X-Options: parallel record-route",
        "X-Targets: " + first.uri() + " " + second.uri());
    return first.connection().receive();
  }

  /** Sends a request within the dialog that a response belongs to. */
  private void within(Received response, Target target, String method, int cseq, String... more)
      throws IOException {
    String[] lines = new String[more.length + 1];
    lines[0] = "Route: " + response.header("Record-Route");
    System.arraycopy(more, 0, lines, 1, more.length);
    alice.send(method, target.uri(), "forked", cseq, response.header("To"), lines);
  }

  private static void expect(Target target, String method) throws Exception {
    Received request = target.connection().receive();
    assertThat(request.firstLine()).isEqualTo(method + " " + target.uri() + " SIP/2.0");
    assertThat(request.header("To")).endsWith(";tag=" + tag(target));
    if (!method.equals("ACK")) {
      target.answer(request, "200 OK");
    }
  }

  private static String tag(Target target) {
    return target.uri().replaceAll("sip:|@.*", "") + "-tag";
  }

  private void expectOk(String cseq) throws Exception {
    Received ok = alice.receive();
    assertThat(ok.firstLine()).isEqualTo("SIP/2.0 200 OK");
    assertThat(ok.header("CSeq")).isEqualTo(cseq);
  }

  private void hangUp(Received ok, Target target, int cseq) throws Exception {
    within(ok, target, "BYE", cseq);
    expect(target, "BYE");
    expectOk(cseq + " BYE");
  }

  private static long seen(String what) {
    return ProxyServlet.SEEN.stream().filter(what::equals).count();
  }

  private void assertNoSessionIsLeft() throws Exception {
    assertSessionsAreLeft(0);
  }

  private void assertSessionsAreLeft(int number) throws Exception {
    Eventually.is(
        () -> server.application().getSipManager().getActiveSipApplicationSessions() == number);
  }

  @Test
  void eachDeviceThatAcceptsHasADialogWithTheCaller() throws Exception {
    Received atOne = invite(one, two);
    two.answer(two.connection().receive(), "200 OK");
    one.answer(atOne, "200 OK");
    // The two came down different connections, and may have met.
    Map<String, Received> accepted = new HashMap<>();
    for (Received ok : List.of(alice.receive(), alice.receive())) {
      accepted.put(ok.header("To"), ok);
    }
    Received first = accepted.get(CALLEE + ";tag=two-tag");
    Received second = accepted.get(CALLEE + ";tag=one-tag");
    assertThat(second.header("Via")).isEqualTo(first.header("Via"));
    assertThat(seen("best response 200")).isEqualTo(2);

    within(first, two, "ACK", 1);
    within(second, one, "ACK", 1);
    expect(two, "ACK");
    expect(one, "ACK");
    hangUp(second, one, 2);
    within(first, two, "INFO", 3);
    expect(two, "INFO");
    expectOk("3 INFO");
    hangUp(first, two, 4);
    assertNoSessionIsLeft();
  }

  @Test
  void aDeviceThatBeginsToRingAfterTheCallIsCancelled() throws Exception {
    Received atOne = invite(one, two);
    two.answer(two.connection().receive(), "200 OK");
    Received ok = alice.receive();
    within(ok, two, "ACK", 1);
    expect(two, "ACK");
    hangUp(ok, two, 2);
    assertNoSessionIsLeft();

    one.answer(atOne, "180 Ringing");
    Received cancel = one.connection().receive();
    assertThat(cancel.firstLine()).isEqualTo("CANCEL " + one.uri() + " SIP/2.0");
    one.answer(cancel, "200 OK");
    one.answer(atOne, "487 Request Terminated");
    assertThat(one.connection().receive().firstLine()).startsWith("ACK ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"486 Busy Here", "180 Ringing"})
  void ofADeviceThatRefusesBeforeAnotherAcceptsNothingIsLeft(String first) throws Exception {
    Received atOne = invite(one, two);
    one.answer(atOne, first);
    if (!first.startsWith("486")) {
      alice.receiveProvisional("180");
      one.answer(atOne, "486 Busy Here");
    }
    assertThat(one.connection().receive().firstLine()).startsWith("ACK ");
    two.answer(two.connection().receive(), "200 OK");
    Received ok = alice.receive();
    within(ok, two, "ACK", 1);
    expect(two, "ACK");
    hangUp(ok, two, 2);
    assertNoSessionIsLeft();
  }

  @Test
  void theDialogThatWasThereFirstMayEndFirst() throws Exception {
    Received atOne = invite(one, two);
    two.answer(two.connection().receive(), "200 OK");
    Received first = alice.receive();
    within(first, two, "ACK", 1);
    expect(two, "ACK");
    one.answer(atOne, "200 OK");
    Received second = alice.receive();
    within(second, one, "ACK", 1);
    expect(one, "ACK");
    hangUp(first, two, 2);
    within(second, one, "UPDATE", 3);
    expect(one, "UPDATE");
    expectOk("3 UPDATE");
    hangUp(second, one, 4);
    assertNoSessionIsLeft();
  }

  @Test
  void anAcceptanceCrossesTheCancel() throws Exception {
    Received atOne = invite(one, two);
    one.answer(atOne, "180 Ringing");
    assertThat(alice.receiveProvisional("180").header("To")).endsWith(";tag=one-tag");
    two.answer(two.connection().receive(), "200 OK");
    Received first = alice.receive();
    Received cancel = one.connection().receive();
    assertThat(cancel.firstLine()).startsWith("CANCEL ");
    one.answer(atOne, "200 OK");
    one.answer(cancel, "200 OK");
    Received second = alice.receive();
    assertThat(second.header("To")).endsWith(";tag=one-tag");
    within(first, two, "ACK", 1);
    within(second, one, "ACK", 1);
    expect(one, "ACK");
    expect(two, "ACK");
    hangUp(first, two, 2);
    hangUp(second, one, 3);
    assertNoSessionIsLeft();
  }

  @Test
  void anAcceptanceCrossesTheCallersCancel() throws Exception {
    String branch =
        alice.send(
            "INVITE",
            "sip:someone@example.org",
            "forked",
            1,
            CALLEE,
            "X-Options: parallel record-route",
            "X-Targets: " + one.uri());
    Received atOne = one.connection().receive();
    one.answer(atOne, "180 Ringing");
    alice.receiveProvisional("180");
    alice.sendWithBranch(branch, "CANCEL", "sip:someone@example.org", "forked", 1, CALLEE);
    expectOkToCancel();
    Received cancel = one.connection().receive();
    assertThat(cancel.firstLine()).startsWith("CANCEL ");
    one.answer(cancel, "200 OK");
    // So that all that comes of the two CANCELs is over.
    assertNothingWasSentTo(one);
    one.answer(atOne, "200 OK");
    Received ok = alice.receive();
    assertThat(ok.header("CSeq")).isEqualTo("1 INVITE");
    within(ok, one, "ACK", 1);
    expect(one, "ACK");
    hangUp(ok, one, 2);
    // That of the OPTIONS.
    assertSessionsAreLeft(1);
  }

  private void expectOkToCancel() throws Exception {
    assertThat(alice.receive().header("CSeq")).isEqualTo("1 CANCEL");
  }

  @Test
  void aRefusalAfterAnAcceptanceIsNotPassedOn() throws Exception {
    Received atOne = invite(one, two);
    two.answer(two.connection().receive(), "200 OK");
    Received ok = alice.receive();
    one.answer(atOne, "486 Busy Here");
    assertThat(one.connection().receive().firstLine()).startsWith("ACK ");
    Eventually.is(() -> seen("branch response 486") == 1);
    within(ok, two, "ACK", 1);
    expect(two, "ACK");
    hangUp(ok, two, 2);
    assertNoSessionIsLeft();
  }

  @Test
  void anAcceptanceThatComesAgainSaysWhatTheFirstOneSaid() throws Exception {
    Received atOne = invite(one, two);
    one.answer(atOne, "200 OK");
    one.answer(atOne, "200 OK", "X-Device: one");
    Received ok = alice.receive();
    assertThat(ok.header("X-Asked-By")).contains("alice-tag");
    assertThat(alice.receive().text()).isEqualTo(ok.text());
    within(ok, one, "ACK", 1);
    expect(one, "ACK");
    one.answer(atOne, "200 OK", "X-Device: one");
    assertThat(alice.receive().text()).isEqualTo(ok.text());
    assertThat(seen("best response 200")).isEqualTo(3);
  }

  @Test
  void anAcceptanceThatComesAgainAfterTheCallGoesNowhere() throws Exception {
    alice.send(
        "INVITE",
        "sip:someone@example.org",
        "forked",
        1,
        CALLEE,
        "X-Options: parallel record-route",
        "X-Targets: " + one.uri());
    Received atOne = one.connection().receive();
    one.answer(atOne, "200 OK");
    Received ok = alice.receive();
    within(ok, one, "ACK", 1);
    expect(one, "ACK");
    hangUp(ok, one, 2);
    assertNoSessionIsLeft();
    one.answer(atOne, "200 OK");
    assertNothingWasSentTo(one);
  }

  @Test
  void noNumberOfDialogsThatADeviceBeginsKeepsAnotherFromAccepting() throws Exception {
    Received atOne = invite(one, two);
    for (int i = 0; i < 50; i++) {
      one.answer(atOne.as("made-up-" + i), "180 Ringing");
    }
    alice.receiveProvisional("180");
    assertNothingWasSentTo(one);
    two.answer(two.connection().receive(), "200 OK");
    Received ok = alice.receive();
    assertThat(ok.header("To")).endsWith(";tag=two-tag");
    within(ok, two, "ACK", 1);
    expect(two, "ACK");
    hangUp(ok, two, 2);
  }

  @Test
  void aCalleeThatHasNotAnsweredHasNoDialog() throws Exception {
    Received atOne = invite(one, two);
    one.connection()
        .sendFrom(
            CALLEE + ";tag=made-up",
            "INFO",
            "sip:alice@127.0.0.1",
            "forked",
            1,
            atOne.header("From"),
            "Route: " + atOne.header("Record-Route"));
    assertThat(one.connection().receive().firstLine()).startsWith("SIP/2.0 481 ");
  }

  @Test
  void aCallerWithoutATagIsToldSo() throws Exception {
    withoutTag("INVITE");
    assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 400 ");
  }

  @Test
  void whatBeginsNoDialogNeedsNoTag() throws Exception {
    withoutTag("OPTIONS");
    one.answer(one.connection().receive(), "200 OK");
    expectOk("1 OPTIONS");
  }

  private void withoutTag(String method) throws Exception {
    alice.sendFrom(
        "<sip:alice@example.org>",
        method,
        "sip:someone@example.org",
        "forked",
        1,
        CALLEE,
        "X-Options: parallel",
        "X-Targets: " + one.uri());
  }

  @Test
  void aProxyBeyondMayForkToo() throws Exception {
    Received atOne = invite(one, two);
    one.answer(atOne, "200 OK");
    one.answer(atOne.as("behind-it"), "200 OK");
    assertThat(alice.receive().header("To")).endsWith(";tag=one-tag");
    Received second = alice.receive();
    assertThat(second.header("To")).endsWith(";tag=behind-it");
    within(second, one, "ACK", 1);
    assertThat(one.connection().receive().header("To")).endsWith(";tag=behind-it");
  }

  @Test
  void nobodyAnswersAnothersRequestThroughHisOwn() throws Exception {
    Received atOne = invite(one, two);
    two.connection().receive();
    try (SipClient carol = server.tcp("carol", "127.0.0.1")) {
      String branch =
          carol.send(
              "INVITE",
              "sip:someone@example.org",
              "hers",
              1,
              CALLEE,
              "X-Options: parallel",
              "X-Targets: " + two.uri());
      Received hers = two.connection().receive();
      assertThat(hers.header("Call-ID")).isEqualTo("hers");
      String own = atOne.headers("Via").get(1).replaceAll(".*branch=|;.*", "");
      one.answer(new Received(atOne.text().replace(own, branch)), "200 OK");
      two.answer(hers, "486 Busy Here");
      assertThat(carol.receive().firstLine()).startsWith("SIP/2.0 486 ");
      one.answer(atOne, "200 OK");
      assertThat(alice.receive().header("To")).endsWith(";tag=one-tag");
      assertThat(seen("best response 200")).isEqualTo(1);
    }
  }

  @Test
  void aPrackIsForOneDeviceAndItsAnswerNotTheInvites() throws Exception {
    Received atOne = invite(one, two);
    Received atTwo = two.connection().receive();
    one.answer(atOne, "183 Session Progress", "Require: 100rel", "RSeq: 1");
    Received early = alice.receiveProvisional("183");
    two.answer(atTwo, "183 Session Progress", "Require: 100rel", "RSeq: 1");
    alice.receiveProvisional("183");
    within(early, one, "PRACK", 2, "RAck: 1 1 INVITE");
    expect(one, "PRACK");
    expectOk("2 PRACK");
    assertNothingWasSentTo(two);

    within(early, one, "PRACK", 3, "RAck: 7 1 INVITE");
    Received wrong = one.connection().receive();
    assertThat(wrong.header("CSeq")).isEqualTo("3 PRACK");
    one.answer(wrong, "481 Call/Transaction Does Not Exist");
    assertThat(alice.receive().header("CSeq")).isEqualTo("3 PRACK");

    two.answer(atTwo, "486 Busy Here");
    assertThat(two.connection().receive().firstLine()).startsWith("ACK ");
    Eventually.is(() -> seen("branch response 486") == 1);
    one.answer(atOne, "200 OK");
    expectOk("1 INVITE");
  }

  @Test
  void aDeviceThatHadAPrackIsCalledOffLikeAnyOther() throws Exception {
    Received atOne = invite(one, two);
    one.answer(atOne, "183 Session Progress", "Require: 100rel", "RSeq: 1");
    Received early = alice.receiveProvisional("183");
    within(early, one, "PRACK", 2, "RAck: 1 1 INVITE");
    expect(one, "PRACK");
    expectOk("2 PRACK");
    two.answer(two.connection().receive(), "200 OK");
    expectOk("1 INVITE");
    Received cancel = one.connection().receive();
    assertThat(cancel.firstLine()).startsWith("CANCEL ");
    assertThat(cancel.header("Via")).isEqualTo(atOne.header("Via"));
    one.answer(cancel, "200 OK");
    one.answer(atOne, "487 Request Terminated");
    assertThat(one.connection().receive().firstLine()).startsWith("ACK ");
  }

  @Test
  void anyRequestWithinAnEarlyDialogIsPassedOnAndAnswered() throws Exception {
    Received atOne = invite(one, two);
    Received atTwo = two.connection().receive();
    one.answer(atOne, "180 Ringing");
    Received early = alice.receiveProvisional("180");
    int cseq = 2;
    for (String method : new String[] {"UPDATE", "INFO", "BYE"}) {
      within(early, one, method, cseq);
      expect(one, method);
      expectOk(cseq++ + " " + method);
    }
    assertNothingWasSentTo(two);
    one.answer(atOne, "487 Request Terminated");
    assertThat(one.connection().receive().firstLine()).startsWith("ACK ");
    two.answer(atTwo, "200 OK");
    expectOk("1 INVITE");
  }

  @Test
  void aRequestOfAMadeUpDialogIsRefused() throws Exception {
    Received atOne = invite(one, two);
    one.answer(atOne, "180 Ringing");
    Received early = alice.receiveProvisional("180");
    Received forged = new Received(early.text().replace("one-tag", "no-tag"));
    within(forged, one, "INFO", 2);
    assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 481 ");
    one.answer(atOne, "200 OK");
    Received ok = alice.receive();
    within(ok, one, "ACK", 1);
    expect(one, "ACK");
    for (int i = 0; i < 3; i++) {
      within(new Received(ok.text().replace("one-tag", "no-tag" + i)), one, "INFO", 3 + i);
      assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 481 ");
    }
    hangUp(ok, one, 9);
    assertNoSessionIsLeft();
  }

  /** A request that goes the same way comes behind whatever has been sent before. */
  private void assertNothingWasSentTo(Target target) throws Exception {
    alice.send(
        "OPTIONS",
        "sip:someone@example.org",
        "probe-" + UUID.randomUUID(),
        1,
        CALLEE,
        "X-Options: sequential",
        "X-Targets: " + target.uri());
    Received probe = target.connection().receive();
    assertThat(probe.firstLine()).startsWith("OPTIONS ");
    target.answer(probe, "200 OK");
    expectOk("1 OPTIONS");
  }
}
