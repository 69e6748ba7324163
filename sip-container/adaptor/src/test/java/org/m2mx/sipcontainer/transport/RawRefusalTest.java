package org.m2mx.sipcontainer.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RawRefusalTest {
  private static final String REST =
      " sip:a SIP/2.0\r\n"
          + "v: SIP/2.0/TLS h;branch=1,\r\n"
          + " SIP/2.0/TCP i\r\n"
          + "From: <<<\r\n"
          + "t: <sip:a>\r\n"
          + "Subject: no\r\n"
          + "i: 1\r\n"
          + "CSeq: 1 INVITE\r\n\r\n"
          + "via: body";

  @Test
  void handsBackWhatTheSenderNeeds() {
    String answer =
        new String(
            RawRefusal.answerTo("INVITE" + REST, "400 Bad Request (no usable From)").orElseThrow(),
            StandardCharsets.UTF_8);
    assertThat(answer)
        .isEqualTo(
            "SIP/2.0 400 Bad Request (no usable From)\r\n"
                + "v: SIP/2.0/TLS h;branch=1,\r\n"
                + " SIP/2.0/TCP i\r\n"
                + "From: <<<\r\n"
                + "t: <sip:a>\r\n"
                + "i: 1\r\n"
                + "CSeq: 1 INVITE\r\n"
                + "Content-Length: 0\r\n\r\n");
  }

  @Test
  void isSilentWhereAnAnswerCannotBeGiven() {
    assertThat(RawRefusal.answerTo("ACK" + REST, "x")).isEmpty();
    assertThat(RawRefusal.answerTo("SIP/2.0 200 OK\r\nVia: x\r\n\r\n", "x")).isEmpty();
    assertThat(RawRefusal.answerTo("INVITE sip:a SIP/2.0\r\nFrom: x\r\n\r\n", "x")).isEmpty();
  }
}
