package org.m2mx.sipcontainer.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BadRequestTest {
  private static final String REST =
      " sip:a SIP/2.0\r\nv: SIP/2.0/TLS h;branch=1,\r\n SIP/2.0/TCP i\r\nFrom: <<<\r\nt: <sip:a>\r\n"
          + "Subject: no\r\ni: 1\r\nCSeq: 1 INVITE\r\n\r\nvia: body";

  @Test
  void handsBackWhatTheSenderNeeds() {
    String answer =
        new String(
            BadRequest.answerTo("INVITE" + REST, "no usable From").orElseThrow(),
            StandardCharsets.UTF_8);
    assertThat(answer)
        .isEqualTo(
            "SIP/2.0 400 Bad Request (no usable From)\r\nv: SIP/2.0/TLS h;branch=1,\r\n SIP/2.0/TCP i\r\n"
                + "From: <<<\r\nt: <sip:a>\r\ni: 1\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n");
  }

  @Test
  void isSilentWhereAnAnswerCannotBeGiven() {
    assertThat(BadRequest.answerTo("ACK" + REST, "x")).isEmpty();
    assertThat(BadRequest.answerTo("SIP/2.0 200 OK\r\nVia: x\r\n\r\n", "x")).isEmpty();
    assertThat(BadRequest.answerTo("INVITE sip:a SIP/2.0\r\nVia: x\r\n\r\n", "x")).isEmpty();
  }
}
