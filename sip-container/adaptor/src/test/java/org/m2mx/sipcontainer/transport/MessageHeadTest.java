package org.m2mx.sipcontainer.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.sipcontainer.overload.Admission.Kind;

class MessageHeadTest {
  private static final String REGISTER =
      String.join(
          "\r\n",
          "REGISTER sip:example.org SIP/2.0",
          "Via: SIP/2.0/UDP 10.0.0.1:5062;rport;branch=z9hG4bK-A1",
          "Via: SIP/2.0/UDP [2001:db8::1];branch=z9hG4bK-before",
          "From: \"Älice\" <sip:alice@example.org>;tag=f",
          "To: \"a > b\" <sip:alice@example.org;tag=none>",
          "Call-ID: one@10.0.0.1",
          "CSeq: 7 REGISTER",
          "Contact: <sip:alice@10.0.0.1:5062>",
          "Content-Length: 0",
          "",
          "");

  private final DatagramFlow channel =
      new DatagramFlow(null, null, new InetSocketAddress("192.0.2.7", 40_000));

  private Optional<MessageHead> head(String message) {
    return MessageHead.of(message.getBytes(UTF_8), channel).filter(MessageHead::isPlainRequest);
  }

  private static Object parsed(byte[] message) throws Exception {
    return new StringMsgParser().parseSIPMessage(message, true, false, null);
  }

  @Test
  void readsWhatTheParserReads() throws Exception {
    MessageHead head = head(REGISTER).orElseThrow();
    SIPRequest request = (SIPRequest) parsed(REGISTER.getBytes(UTF_8));
    assertThat(head.method()).isEqualTo(request.getMethod());
    assertThat(head.callId()).isEqualTo(request.getCallId().getCallId());
    assertThat(head.branch()).isEqualTo(request.getTopmostVia().getBranch());
    assertThat(head.transaction()).isEqualTo(request.getTransactionId());
    assertThat(head.toTag()).isEmpty();
  }

  /** What could only be parsed would be parsed on the thread that reads from the network. */
  @Test
  void readsHeadersThatGoOnInFurtherLinesAsTheParserDoes() throws Exception {
    byte[] folded =
        REGISTER
            .replace("Call-ID: one@10.0.0.1", "Call-ID:\r\n\t one@10.0.0.1")
            .replace(";tag=none>", ">\r\n  ;tag=t2")
            .replace("Contact:", "Subject: of\r\n two\r\n\tlines\r\nContact:")
            .getBytes(UTF_8);
    MessageHead head = MessageHead.of(folded, channel).orElseThrow();
    SIPRequest request = (SIPRequest) parsed(folded);
    assertThat(head.callId()).isEqualTo(request.getCallId().getCallId()).isEqualTo("one@10.0.0.1");
    assertThat(head.toTag()).hasValue(request.getToTag()).hasValue("t2");
    assertThat(head.kind()).isEqualTo(Kind.BEGUN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1:5062\r\n ;rport;branch=z9hG4bK-A1",
        "10.0.0.1:5062;\r\n\t\r\n rport;branch\r\n =\r\n z9hG4bK-A1",
        "\r\n 10.0.0.1:5062;rport;branch=z9hG4bK-A1"
      })
  void needsNoParserForParametersInFurtherLines(String via) throws Exception {
    String message =
        REGISTER
            .replaceFirst("10.0.0.1:5062;[^\r]*", via)
            .replace(";tag=none>", ">\r\n ;tag\r\n =t2")
            .replace("\"Älice\"", "\"\\\"Ä\r\n ;lice\"");
    MessageHead head = head(message).orElseThrow();
    assertThat(head.branch()).isEqualTo("z9hG4bK-A1");
    assertThat(head.toTag()).hasValue("t2");
    assertThat(new String(head.answer("503 x", "t1", "Retry-After: 9"), UTF_8))
        .as("a name is left as it is")
        .contains("From: \"\\\"Ä ;lice\" <sip:alice@example.org>;tag=f\r\n");
  }

  @Test
  void answersAsRfc3261Says() throws Exception {
    byte[] answer =
        head(REGISTER).orElseThrow().answer("503 Service unavailable", "t1", "Retry-After: 9");
    SIPResponse response = (SIPResponse) parsed(answer);
    SIPRequest request = (SIPRequest) parsed(REGISTER.getBytes(UTF_8));
    assertThat(response.getStatusCode()).isEqualTo(503);
    assertThat(response.getTopmostVia().getRPort()).isEqualTo(40_000);
    assertThat(response.getTopmostVia().getReceived()).isEqualTo("192.0.2.7");
    assertThat(response.getTopmostVia().getBranch()).isEqualTo("z9hG4bK-A1");
    assertThat(response.getTopmostVia().getPort()).isEqualTo(5062);
    assertThat(response.getViaHeaders()).hasSize(2);
    assertThat(response.getViaHeaders().getLast()).isEqualTo(request.getViaHeaders().getLast());
    assertThat(response.getFrom()).isEqualTo(request.getFrom());
    assertThat(response.getToTag()).isEqualTo("t1");
    assertThat(response.getCallId()).isEqualTo(request.getCallId());
    assertThat(response.getCSeq()).isEqualTo(request.getCSeq());
    assertThat(response.getHeader("Retry-After")).hasToString("Retry-After: 9\r\n");
    assertThat(new String(answer, UTF_8)).contains("\"Älice\"").endsWith("\r\n\r\n");
  }

  @Test
  void tellsWhatARequestClaims() {
    assertThat(head(REGISTER).orElseThrow().proofs()).isEmpty();
    assertThat(head(REGISTER).orElseThrow().route()).isEmpty();
    MessageHead proven =
        head(REGISTER.replace(
                "Contact:",
                "AUTHORIZATION: Digest x\r\nProxy-Authorization :Digest y \r\nContact:"))
            .orElseThrow();
    assertThat(proven.proofs()).containsExactly("Digest x", "Digest y");
    MessageHead inDialog =
        head(REGISTER
                .replace(";tag=none>", ">;TAG=t2;x=y")
                .replace("Contact:", "Route: <sip:a;lr>, <sip:b>\r\nRoute: <sip:c>\r\nContact:"))
            .orElseThrow();
    assertThat(inDialog.route()).isEqualTo("<sip:a;lr>, <sip:b>");
    assertThat(inDialog.toTag()).hasValue("t2");
    assertThat(new String(inDialog.answer("503 x", "t1", "Retry-After: 9"), UTF_8))
        .contains(">;TAG=t2;x=y\r\n")
        .doesNotContain("t1");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "REGISTER sip:a SIP/2.0, To: <sip:a;tag=u>, X: y, NEW",
        "REGISTER sip:a SIP/2.0, To: <sip:a>, Authorization: Digest x, PROVEN",
        "INVITE sip:a SIP/2.0, X: y, Proxy-Authorization: Digest x, PROVEN",
        "BYE sip:a SIP/2.0, To: <sip:a>;tag=u, Authorization: Digest x, BEGUN",
        "ACK sip:a SIP/2.0, To: <sip:a>, X: y, BEGUN",
        "CANCEL sip:a SIP/2.0, To: <sip:a>, X: y, BEGUN",
        "SIP/2.0 180 Ringing, To: <sip:a>, X: y, BEGUN"
      })
  void tellsWhoIsServedFirst(String start, String to, String other, Kind kind) {
    String message = String.join("\r\n", start, to, "i: one", other, "", "");
    MessageHead head = MessageHead.of(message.getBytes(UTF_8), channel).orElseThrow();
    assertThat(head.callId()).isEqualTo("one");
    assertThat(head.kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Via: SIP/2.0/UDP 10.0.0.1:5062;branch=z9hG4bK-A1",
        "Via: SIP/2.0/UDP 10.0.0.1:5062;rport;branch=old",
        "Via: SIP/2.0/UDP 10.0.0.1:5062;rport=7;branch=z9hG4bK-A1",
        "Via: SIP/2.0/UDP 10.0.0.1:5062;rport;branch=z9hG4bK-A1;received=1.2.3.4",
        "Via: SIP/2.0/UDP 10.0.0.1:5062;rport;branch=z9hG4bK-A1;oc;oc-algo=\"loss\"",
        "Via: SIP/2.0/UDP 10.0.0.1:5062;rport;branch=z9hG4bK-A1, SIP/2.0/UDP 10.0.0.2",
        "Via: SIP/2.0/UDP 10.0.0.1:5062 ;rport;branch=z9hG4bK-A1",
        "X: y",
        "no header"
      })
  void leavesWhatIsNotPlainToTheParser(String via) {
    assertThat(
            head(
                REGISTER
                    .replaceFirst("Via: [^\r]*", via)
                    .replaceFirst("Via: [^\r]*before\r\n", "")))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"From", "To", "Call-ID", "CSeq"})
  void leavesWhatLacksAHeaderOrHasItTwiceToTheParser(String name) {
    String line = REGISTER.replaceFirst("(?s).*\r\n(" + name + ": [^\r]*\r\n).*", "$1");
    assertThat(head(REGISTER.replace("\r\n" + line, "\r\n"))).isEmpty();
    assertThat(head(REGISTER.replace("Contact:", line + "Contact:"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\r\n\r\n",
        "REGISTER",
        "REGISTER sip:example.org SIP/2.0",
        "REGISTER sip:example.org SIP/2.0\r\n",
        "REGISTER sip:example.org SIP/2.0\r\n\r\n",
        "SIP/2.0 200 OK\r\nVia: x\r\n\r\n"
      })
  void readsNoHeadWhereThereIsNone(String message) {
    assertThat(head(message)).isEmpty();
  }

  @Test
  void readsNoHeadThatIsCutOff() {
    for (int length = 0; length < REGISTER.length() - 1; length++) {
      assertThat(head(REGISTER.substring(0, length))).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {">; tag=t2", ">;tag =t2", ">\t;tag=t2", ">;x\nRetry-After: 99999"})
  void leavesATagBetweenBlanksAndWhatEndsALineForOthersToTheParser(String to) {
    assertThat(head(REGISTER.replace(";tag=none>", to))).isEmpty();
  }

  @Test
  void takesAMethodThatItsCseqContradictsToTheParser() {
    assertThat(head(REGISTER.replace("7 REGISTER", "7 OPTIONS"))).isEmpty();
  }
}
