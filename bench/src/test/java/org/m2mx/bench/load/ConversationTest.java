package org.m2mx.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.m2mx.bench.load.Step.Mood;

class ConversationTest {
  private static final Device ALICE = Device.number(0);
  private static final Device VIDEO = Device.number(1);
  private static final String CHALLENGE =
      "Digest realm=\"m2m-x.example\", nonce=\"n1\", algorithm=SHA-256, qop=\"auth\"";

  @Test
  void registeringAnswersTheChallengeAndEndsWithTheAnswer() {
    Registering registering =
        new Registering(ALICE, "r1", "UDP 127.0.0.1:9", "sip:u000000@127.0.0.1:9", 60);
    Step first = registering.begin();
    assertThat(first.mood()).isEqualTo(Mood.ASKING);
    assertThat(first.send().get(0)).startsWith("REGISTER sip:m2m-x.example SIP/2.0\r\n");

    Step second =
        registering.on(
            answer(
                first.send().get(0),
                "401 Unauthorized",
                "WWW-Authenticate: " + CHALLENGE.replace("SHA-256", "SHA-512-256"),
                "WWW-Authenticate: " + CHALLENGE));
    assertThat(second.mood()).isEqualTo(Mood.ASKING);
    SipMessage authorised = new SipMessage(second.send().get(0));
    assertThat(authorised.header("CSeq")).isEqualTo("2 REGISTER");
    assertThat(authorised.header("Authorization"))
        .contains("username=\"u000000\"", "nonce=\"n1\"", "algorithm=SHA-256");

    assertThat(registering.on(answer(first.send().get(0), "401 Unauthorized"))).isNull();
    assertThat(registering.on(answer(second.send().get(0), "200 OK")).mood()).isEqualTo(Mood.DONE);
    assertThat(registering.on(answer(second.send().get(0), "503 Busy")).reason())
        .isEqualTo("SIP/2.0 503 Busy");
  }

  @Test
  void aResponseToAChallengeIsWhatRfc7616Says() {
    Device mufasa = new Device("Mufasa", "http-auth@example.org", "Circle of Life");
    String credentials =
        mufasa
            .credentials(
                new SipMessage(
                    "SIP/2.0 401 x\r\nWWW-Authenticate: Digest realm=\"http-auth@example.org\","
                        + " nonce=\"n\", algorithm=SHA-256, qop=\"auth\"\r\n\r\n"),
                "GET",
                "/dir/index.html")
            .orElseThrow();
    // Computed apart: sha256sum of A1, of A2, and of the five joined by colons.
    assertThat(credentials)
        .contains("response=\"ccab3949f9a4d1a846331f12a794d8e9f087681b1730fa0ca5662caf73c2daea\"");
  }

  @Test
  void aServerWithoutSha256IsAFailure() {
    Registering registering = new Registering(ALICE, "r1", "UDP 127.0.0.1:9", "sip:a@b", 60);
    String first = registering.begin().send().get(0);
    Step step =
        registering.on(
            answer(
                first,
                "401 Unauthorized",
                "WWW-Authenticate: Digest realm=\"x\", nonce=\"y\", algorithm=SHA-256-sess"));
    assertThat(step.reason()).isEqualTo("no SHA-256 offered");
  }

  @Test
  void aCallGoesThroughItsRecordRoutesAndEndsWithTheAnswerToItsBye() {
    Calling calling = new Calling(ALICE, VIDEO, "i1", "UDP 127.0.0.1:9", "sip:a@127.0.0.1:9");
    Callee callee = new Callee("sip:v@127.0.0.1:10");
    String unproven = calling.begin().send().get(0);
    assertThat(calling.on(answer(unproven, "100 Trying")).mood()).isEqualTo(Mood.WAITING);
    Step again =
        calling.on(
            answer(
                unproven, "407 Proxy Authentication Required", "Proxy-Authenticate: " + CHALLENGE));
    assertThat(again.send()).hasSize(2);
    assertThat(again.send().get(0)).startsWith("ACK sip:u000001@m2m-x.example SIP/2.0\r\n");
    String invite = again.send().get(1);
    assertThat(new SipMessage(invite).header("Proxy-Authorization")).contains("uri=\"sip:u000001@");

    String relayed =
        invite.replaceFirst(
            "\r\n", "\r\nRecord-Route: <sip:outer;lr>\r\nRecord-Route: <sip:inner;lr>\r\n");
    List<String> answers = callee.on(new SipMessage(relayed));
    assertThat(answers).extracting(text -> new SipMessage(text).status()).containsExactly(180, 200);
    assertThat(calling.on(new SipMessage(answers.get(0))).mood()).isEqualTo(Mood.WAITING);
    Step answered = calling.on(new SipMessage(answers.get(1)));
    assertThat(answered.mood()).isEqualTo(Mood.ANSWERED);
    SipMessage ack = new SipMessage(answered.send().get(0));
    SipMessage bye = new SipMessage(answered.send().get(1));
    assertThat(ack.startLine()).isEqualTo("ACK sip:v@127.0.0.1:10 SIP/2.0");
    assertThat(ack.header("CSeq")).isEqualTo("2 ACK");
    assertThat(bye.headers("Route")).containsExactly("<sip:inner;lr>", "<sip:outer;lr>");
    assertThat(bye.header("CSeq")).isEqualTo("3 BYE");
    assertThat(bye.header("To")).contains(";tag=");
    assertThat(callee.on(ack)).isEmpty();
    assertThat(calling.on(new SipMessage(callee.on(bye).get(0))).mood()).isEqualTo(Mood.DONE);
  }

  private static SipMessage answer(String request, String status, String... headers) {
    SipMessage asked = new SipMessage(request);
    return new SipMessage(
        "SIP/2.0 "
            + status
            + "\r\n"
            + asked.lines("Via")
            + asked.lines("From")
            + "To: "
            + asked.header("To")
            + ";tag=s\r\n"
            + asked.lines("Call-ID")
            + asked.lines("CSeq")
            + String.join("\r\n", headers)
            + (headers.length == 0 ? "" : "\r\n")
            + "Content-Length: 0\r\n\r\n");
  }
}
