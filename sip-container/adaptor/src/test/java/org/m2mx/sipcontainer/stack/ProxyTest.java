package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** JSR 289 section 10, proxying. */
class ProxyTest extends ProxyFixture {
  private String send(String method, String options, Target... targets) throws Exception {
    StringBuilder uris = new StringBuilder();
    for (Target target : targets) {
      uris.append(target.uri()).append(' ');
    }
    return alice.send(
        method,
        "sip:someone@example.org",
        "proxy",
        1,
        "<sip:someone@example.org>",
        "X-Options: " + options,
        "X-Targets: " + uris);
  }

  /** As a client of RFC 2543 sends it. */
  private void sendWithoutBranch(int maxForwards) throws Exception {
    alice.writeRaw(
        """
        INVITE sip:someone@example.org SIP/2.0
        Via: SIP/2.0/TCP 192.0.2.9
        Max-Forwards: %d
        From: <sip:alice@example.org>;tag=1
        To: <sip:someone@example.org>
        Call-ID: raw
        CSeq: 1 INVITE
        Contact: <sip:alice@192.0.2.9>
        X-Options: sequential
        X-Targets: %s
        Content-Length: 0

        """
            .formatted(maxForwards, one.uri())
            .replace("\n", "\r\n"));
  }

  @Test
  void saysItselfThatThereWereTooManyHops() throws Exception {
    sendWithoutBranch(0);
    assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 483 ");
    assertThat(one.isReached()).isFalse();
  }

  @Test
  void passesOnWhatHasNoBranch() throws Exception {
    sendWithoutBranch(1);
    Received invite = one.connection().receive();
    assertThat(invite.header("Max-Forwards")).isEqualTo("0");
    one.answer(invite, "486 Busy Here");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 486 Busy Here");
  }

  @Test
  void triesOneTargetAfterTheOther() throws Exception {
    send("INVITE", "sequential", one, two);
    Received first = one.connection().receive();
    assertThat(first.firstLine()).isEqualTo("INVITE " + one.uri() + " SIP/2.0");
    assertThat(two.isReached()).isFalse();
    one.answer(first, "486 Busy Here");
    Received second = two.connection().receive();
    two.answer(second, "200 OK");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    assertThat(ProxyServlet.SEEN).contains("branch response 486", "best response 200");
  }

  @Test
  void triesAllTargetsAtOnceAndCancelsTheLosers() throws Exception {
    send("INVITE", "parallel", one, two);
    Received atOne = one.connection().receive();
    Received atTwo = two.connection().receive();
    one.answer(atOne, "180 Ringing");
    two.answer(atTwo, "180 Ringing");
    Eventually.is(
        () -> ProxyServlet.SEEN.stream().filter(seen -> seen.endsWith(" 180")).count() == 2);
    two.answer(atTwo, "200 OK");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    Received cancel = one.connection().receive();
    assertThat(cancel.firstLine()).startsWith("CANCEL ");
    one.answer(cancel, "200 OK");
    one.answer(atOne, "487 Request Terminated");
    assertThat(one.connection().receive().firstLine()).startsWith("ACK ");
  }

  /** RFC 3261 section 16.7, step 5. */
  @Test
  void anAcceptanceWaitsForNobodyWhateverTheMethod() throws Exception {
    // Who is silent is given up longer after than this test waits.
    server.container().dispatcher().setBaseTimerInterval(5_000);
    send("MESSAGE", "parallel", one, two);
    Received atOne = one.connection().receive();
    two.answer(two.connection().receive(), "200 OK");
    assertThat(alice.receive().header("To")).contains("tag=two");
    one.answer(atOne, "200 OK");
    assertNothingWasSentTo(one);
  }

  @Test
  void choosesTheBestOfTheRefusals() throws Exception {
    send("INVITE", "parallel", one, two);
    one.answer(one.connection().receive(), "480 Temporarily Unavailable");
    two.answer(two.connection().receive(), "603 Decline");
    assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 603 ");
  }

  @Test
  void followsARedirection() throws Exception {
    send("INVITE", "recurse", one);
    Received invite = one.connection().receive();
    one.connection().answerWithContact(invite, "302 Moved Temporarily", "<" + two.uri() + ">");
    Received redirected = two.connection().receive();
    assertThat(redirected.firstLine()).isEqualTo("INVITE " + two.uri() + " SIP/2.0");
    two.answer(redirected, "200 OK");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
  }

  @Test
  void leavesARedirectionToTheCallerWhenNotToldToFollowIt() throws Exception {
    send("INVITE", "sequential", one);
    Received invite = one.connection().receive();
    one.connection().answerWithContact(invite, "302 Moved Temporarily", "<" + two.uri() + ">");
    Received moved = alice.receive();
    assertThat(moved.firstLine()).startsWith("SIP/2.0 302 ");
    assertThat(moved.header("Contact")).isEqualTo("<" + two.uri() + ">");
  }

  @Test
  void givesUpOnABranchThatDoesNotAnswer() throws Exception {
    send("INVITE", "sequential impatient", one, two);
    Received silent = one.connection().receive();
    one.answer(silent, "180 Ringing");
    Received cancel = one.connection().receive();
    assertThat(cancel.firstLine()).startsWith("CANCEL ");
    one.answer(cancel, "200 OK");
    one.answer(silent, "487 Request Terminated");
    Received next;
    do {
      next = two.connection().receive();
    } while (!next.firstLine().startsWith("INVITE "));
    two.answer(next, "200 OK");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
  }

  /** RFC 3261 section 16.8: it rings, and is gone. */
  @Test
  void aTargetThatRingsForEverIsATimeoutOfTheCall() throws Exception {
    send("INVITE", "parallel impatient", one);
    one.answer(one.connection().receive(), "180 Ringing");
    assertThat(one.connection().receive().firstLine()).startsWith("CANCEL ");
    assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 408 ");
    assertThat(ProxyServlet.SEEN).endsWith("best response 408");
  }

  @Test
  void aTargetThatIsSilentDoesNotEndTheCallOfAnother() throws Exception {
    server.container().dispatcher().setBaseTimerInterval(100);
    send("INVITE", "parallel", one, two);
    one.connection().receive();
    Received atTwo = two.connection().receive();
    two.answer(atTwo, "180 Ringing");
    Eventually.is(() -> ProxyServlet.SEEN.contains("branch response 408"));
    assertThat(ProxyServlet.SEEN).doesNotContain("best response 408");
    two.answer(atTwo, "200 OK");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
  }

  @Test
  void aSilentTargetIsATimeoutOfTheCall() throws Exception {
    server.container().dispatcher().setBaseTimerInterval(20);
    send("INVITE", "parallel", one);
    one.connection().receive();
    assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 408 ");
    assertThat(ProxyServlet.SEEN)
        .containsExactly("request INVITE", "branch response 408", "best response 408");
  }

  /** RFC 4320 section 4.2. */
  @Test
  void ofATimeoutOnlyTheSenderOfAnInviteIsTold() throws Exception {
    server.container().dispatcher().setBaseTimerInterval(20);
    send("MESSAGE", "parallel", one);
    one.connection().receive();
    Eventually.is(() -> ProxyServlet.SEEN.contains("best response 408"));
    Eventually.is(() -> stack().getServerTransactionTableSize() == 0);
    server.container().dispatcher().setBaseTimerInterval(500);
    send("OPTIONS", "parallel", one);
    one.answer(one.connection().receive(), "200 OK");
    assertThat(alice.receive().header("CSeq")).isEqualTo("1 OPTIONS");
  }

  private SIPTransactionStack stack() {
    return (SIPTransactionStack) server.container().dispatcher().getSipStack();
  }

  private void awaitNoSession() throws Exception {
    Eventually.is(
        () -> server.application().getSipManager().getActiveSipApplicationSessions() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"silent", "408 Request Timeout"})
  void aTimeoutWithinTheDialogLeavesNothingWhenTheCallIsOver(String device) throws Exception {
    send("INVITE", "parallel record-route", one);
    one.answer(one.connection().receive(), "200 OK");
    Received ok = alice.receive();
    within(ok, "ACK", 1);
    assertThat(one.connection().receive().firstLine()).startsWith("ACK ");
    server.container().dispatcher().setBaseTimerInterval(20);
    within(ok, "INFO", 2);
    Received info = one.connection().receive();
    assertThat(info.firstLine()).startsWith("INFO ");
    server.container().dispatcher().setBaseTimerInterval(500);
    if (!device.equals("silent")) {
      one.answer(info, device);
    }

    within(ok, "BYE", 3);
    Received bye = one.connection().receive();
    assertThat(bye.firstLine()).startsWith("BYE ");
    one.answer(bye, "200 OK");
    assertThat(alice.receive().header("CSeq")).isEqualTo("3 BYE");
    awaitNoSession();
  }

  @Test
  void anotherInviteOfTheDialogThatNobodyAnswersIsAnsweredHere() throws Exception {
    // The first INVITE's transaction is to end while the other one's lasts.
    stack().setConnectionLingerTimer(1);
    send("INVITE", "parallel record-route", one);
    one.answer(one.connection().receive(), "200 OK");
    Received ok = alice.receive();
    within(ok, "ACK", 1);
    assertThat(one.connection().receive().firstLine()).startsWith("ACK ");
    server.container().dispatcher().setBaseTimerInterval(50);

    within(ok, "INVITE", 2);
    Received silent = one.connection().receive();
    assertThat(silent.firstLine()).startsWith("INVITE ");

    Received timeout = alice.receive();
    assertThat(timeout.firstLine()).startsWith("SIP/2.0 408 ");
    assertThat(timeout.header("CSeq")).isEqualTo("2 INVITE");
    server.container().dispatcher().setBaseTimerInterval(500);
    // Late, and passed on all the same (RFC 3261 section 16.7, step 5): else nobody would end it.
    one.answer(silent, "200 OK");
    Received late = alice.receive();
    assertThat(late.firstLine()).isEqualTo("SIP/2.0 200 OK");
    assertThat(late.header("CSeq")).isEqualTo("2 INVITE");
    within(ok, "ACK", 2);
    within(ok, "BYE", 3);
    Received next;
    do {
      next = one.connection().receive();
    } while (!next.firstLine().startsWith("BYE "));
    one.answer(next, "200 OK");
    assertThat(alice.receive().header("CSeq")).isEqualTo("3 BYE");
  }

  @Test
  void anAcceptanceOfAnotherInviteOfTheDialogIsPassedOnUntilItsAckComes() throws Exception {
    send("INVITE", "parallel record-route", one);
    one.answer(one.connection().receive(), "200 OK");
    Received ok = alice.receive();
    within(ok, "ACK", 1);
    assertThat(one.connection().receive().firstLine()).startsWith("ACK ");

    within(ok, "INVITE", 2);
    Received again = one.connection().receive();
    for (int i = 0; i < 3; i++) {
      one.answer(again, "200 OK");
      assertThat(alice.receive().header("CSeq")).isEqualTo("2 INVITE");
    }
    within(ok, "ACK", 2);
    assertThat(one.connection().receive().header("CSeq")).isEqualTo("2 ACK");
    within(ok, "BYE", 3);
    one.answer(one.connection().receive(), "200 OK");
    assertThat(alice.receive().header("CSeq")).isEqualTo("3 BYE");
    awaitNoSession();
  }

  private void within(Received ok, String method, int cseq) throws Exception {
    alice.send(
        method, one.uri(), "proxy", cseq, ok.header("To"), "Route: " + ok.header("Record-Route"));
  }

  /** RFC 7339 section 5.6. */
  @Test
  void overloadControlIsBetweenNeighbours() throws Exception {
    alice.sendWithBranch(
        "z9hG4bK" + UUID.randomUUID() + ";oc;oc-algo=\"loss\"",
        "MESSAGE",
        "sip:someone@example.org",
        "proxy",
        1,
        "<sip:someone@example.org>",
        "X-Options: parallel",
        "X-Targets: " + one.uri());
    Received message = one.connection().receive();
    assertThat(message.text()).doesNotContain("oc-algo");
    one.answer(message, "200 OK");

    assertThat(alice.receive().header("Via"))
        .contains(";oc=0")
        .contains(";oc-algo=\"loss\"")
        .contains(";oc-validity=0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void putsItselfIntoThePathOfARegistration(String family) throws Exception {
    try (Target registrar = new Target("registrar", family)) {
      send("REGISTER", "path", registrar);
      Received register = registrar.connection().receive();
      String own = registrar.host() + ":" + server.port();
      assertThat(register.header("Path")).startsWith("<sip:" + own).contains(";lr");
      registrar.answer(register, "200 OK");
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    }
  }

  @Test
  void tellsEachTargetThePathParametersThatAreForIt() throws Exception {
    send("REGISTER", "parallel path path-parameters", one, two);
    Received atOne = one.connection().receive();
    Received atTwo = two.connection().receive();
    assertThat(atOne.header("Path")).contains(";ob").contains(";branch-no=0");
    assertThat(atTwo.header("Path")).contains(";ob").contains(";branch-no=1");
    one.answer(atOne, "200 OK");
    two.answer(atTwo, "200 OK");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
  }

  @Test
  void staysInTheDialogWhenItRecordRoutes() throws Exception {
    send("INVITE", "record-route", one);
    Received invite = one.connection().receive();
    one.answer(invite, "200 OK");
    Received ok = alice.receive();
    String route = "Route: " + ok.header("Record-Route");
    alice.send("ACK", one.uri(), "proxy", 1, ok.header("To"), route);
    assertThat(one.connection().receive().firstLine()).startsWith("ACK ");
    alice.send("BYE", one.uri(), "proxy", 2, ok.header("To"), route);
    Received bye = one.connection().receive();
    assertThat(bye.firstLine()).isEqualTo("BYE " + one.uri() + " SIP/2.0");
    one.answer(bye, "200 OK");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    assertThat(ProxyServlet.SEEN).contains("request ACK", "request BYE");
  }

  @Test
  void cancelsItsBranchesWhenTheCallerGivesUp() throws Exception {
    String branch = send("INVITE", "parallel", one, two);
    Received atOne = one.connection().receive();
    Received atTwo = two.connection().receive();
    one.answer(atOne, "180 Ringing");
    two.answer(atTwo, "180 Ringing");
    Eventually.is(
        () -> ProxyServlet.SEEN.stream().filter(seen -> seen.endsWith(" 180")).count() == 2);
    alice.sendWithBranch(
        branch, "CANCEL", "sip:someone@example.org", "proxy", 1, "<sip:someone@example.org>");
    for (Target target : new Target[] {one, two}) {
      Received cancel = target.connection().receive();
      assertThat(cancel.firstLine()).startsWith("CANCEL ");
      target.answer(cancel, "200 OK");
      target.answer(target == one ? atOne : atTwo, "487 Request Terminated");
    }
    assertThat(List.of(alice.receive().firstLine(), alice.receive().firstLine()))
        .anyMatch(line -> line.startsWith("SIP/2.0 200 "))
        .contains("SIP/2.0 487 Request Terminated");
  }

  @Test
  void cancelsALoserThatBeginsToRingAfterAnotherHasAccepted() throws Exception {
    send("INVITE", "parallel record-route", one, two);
    Received atOne = one.connection().receive();
    two.answer(two.connection().receive(), "200 OK");
    Received ok = alice.receive();
    String route = "Route: " + ok.header("Record-Route");
    alice.send("ACK", two.uri(), "proxy", 1, ok.header("To"), route);
    assertThat(two.connection().receive().firstLine()).startsWith("ACK ");
    assertNothingWasSentTo(one);
    one.answer(atOne, "180 Ringing");
    terminated(one, atOne, one.connection().receive());
    assertThat(one.connection().receive().firstLine()).startsWith("ACK ");
  }

  @Test
  void cancelsALoserOnceHoweverOftenItTellsThatItRings() throws Exception {
    send("INVITE", "parallel", one, two);
    Received atOne = one.connection().receive();
    two.answer(two.connection().receive(), "200 OK");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    one.answer(atOne, "100 Trying");
    Received cancel = one.connection().receive();
    one.answer(atOne, "180 Ringing");
    one.answer(atOne, "183 Session Progress");
    terminated(one, atOne, cancel);
    assertThat(one.connection().receive().firstLine()).startsWith("ACK ");
    assertNothingWasSentTo(one);
  }

  @Test
  void cancelsATargetThatBeginsToRingAfterTheSearchHasGoneOn() throws Exception {
    send("INVITE", "sequential impatient", one, two);
    Received atOne = one.connection().receive();
    two.answer(two.connection().receive(), "200 OK");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    assertNothingWasSentTo(one);
    one.answer(atOne, "180 Ringing");
    terminated(one, atOne, one.connection().receive());
    assertThat(one.connection().receive().firstLine()).startsWith("ACK ");
  }

  /** A target may take its time to say that it rings no more. */
  @Test
  void acknowledgesARefusalThatComesWhenNothingElseIsLeftOfTheCall() throws Exception {
    send("INVITE", "sequential impatient", one, two);
    Received atOne = one.connection().receive();
    Received atTwo = two.connection().receive();
    two.answer(atTwo, "200 OK");
    one.answer(atOne, "180 Ringing");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    Received cancel = one.connection().receive();
    awaitNoSession();
    terminated(one, atOne, cancel);
    assertThat(one.connection().receive().firstLine()).startsWith("ACK ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"parallel", "sequential"})
  void cancelsATargetThatBeginsToRingAfterTheCallerHasGivenUp(String mode) throws Exception {
    String branch = send("INVITE", mode, one);
    Received atOne = one.connection().receive();
    alice.sendWithBranch(
        branch,
        "CANCEL",
        "sip:someone@example.org",
        "proxy",
        1,
        "<sip:someone@example.org>",
        "Reason: SIP;cause=200;text=\"Call completed elsewhere\"");
    Received cancelled = alice.receive();
    assertThat(cancelled.header("CSeq")).isEqualTo("1 CANCEL");
    Eventually.is(() -> ProxyServlet.SEEN.contains("request CANCEL"));
    assertNothingWasSentTo(one);
    one.answer(atOne, "180 Ringing");
    Received cancel = one.connection().receive();
    assertThat(cancel.header("Reason")).startsWith("SIP;cause=200");
    terminated(one, atOne, cancel);
    Received terminated = alice.receiveFirst();
    assertThat(terminated.firstLine()).isEqualTo("SIP/2.0 487 Request Terminated");
  }

  /** RFC 3261 section 9.1: there may be no answer to the CANCEL, nor to the INVITE. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void concludesACancelledCallWhoseTargetHasVanished(boolean rangBefore) throws Exception {
    server.container().dispatcher().setBaseTimerInterval(100);
    String branch = send("INVITE", "parallel", one);
    Received invite = one.connection().receive();
    if (rangBefore) {
      one.answer(invite, "180 Ringing");
      assertThat(alice.receiveFirst().firstLine()).startsWith("SIP/2.0 180 ");
    }
    alice.sendWithBranch(
        branch, "CANCEL", "sip:someone@example.org", "proxy", 1, "<sip:someone@example.org>");
    assertThat(alice.receive().header("CSeq")).isEqualTo("1 CANCEL");
    if (!rangBefore) {
      Eventually.is(() -> ProxyServlet.SEEN.contains("request CANCEL"));
      one.answer(invite, "180 Ringing");
    }
    assertThat(one.connection().receive().firstLine()).startsWith("CANCEL ");

    Received terminated = alice.receive();
    assertThat(terminated.firstLine()).isEqualTo("SIP/2.0 487 Request Terminated");
    assertThat(terminated.header("CSeq")).isEqualTo("1 INVITE");
    alice.sendWithBranch(
        branch, "ACK", "sip:someone@example.org", "proxy", 1, terminated.header("To"));
    awaitNoSession();
    if (rangBefore) {
      // A CANCEL that had to wait keeps the usual T1, and half a minute of it.
      Eventually.is(() -> stack().getClientTransactionTableSize() == 0);
    }
  }

  private static void terminated(Target target, Received invite, Received cancel) throws Exception {
    assertThat(cancel.firstLine()).isEqualTo("CANCEL " + target.uri() + " SIP/2.0");
    assertThat(cancel.header("Via")).isEqualTo(invite.header("Via"));
    target.answer(cancel, "200 OK");
    target.answer(invite, "487 Request Terminated");
  }

  /** A request that goes the same way comes behind whatever has been sent before. */
  private void assertNothingWasSentTo(Target target) throws Exception {
    alice.send(
        "OPTIONS",
        "sip:someone@example.org",
        "probe-" + UUID.randomUUID(),
        1,
        "<sip:someone@example.org>",
        "X-Options: sequential",
        "X-Targets: " + target.uri());
    Received probe = target.connection().receive();
    assertThat(probe.firstLine()).startsWith("OPTIONS ");
    target.answer(probe, "200 OK");
    assertThat(alice.receive().header("CSeq")).isEqualTo("1 OPTIONS");
  }
}
