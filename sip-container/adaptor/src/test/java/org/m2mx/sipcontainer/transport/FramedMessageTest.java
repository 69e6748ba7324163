package org.m2mx.sipcontainer.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FramedMessageTest {
  private static String withLength(String message) {
    return new String(
        FramedMessage.withLength(message.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }

  @Test
  void addsWhatIsMissing() {
    assertThat(withLength("MESSAGE sip:a SIP/2.0\r\nCSeq: 1 MESSAGE\r\n\r\ngrüß\r\n\r\ndich"))
        .isEqualTo(
            "MESSAGE sip:a SIP/2.0\r\nCSeq: 1 MESSAGE\r\nContent-Length: 14\r\n\r\ngrüß\r\n\r\ndich");
  }

  @Test
  void findsTheRequestBehindLineEnds() {
    assertThat(withLength("\r\n\r\nOPTIONS sip:a SIP/2.0\r\nCSeq: 1 OPTIONS\r\n\r\n"))
        .isEqualTo("OPTIONS sip:a SIP/2.0\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
  }

  /** Å is C3 85, and 85 as ISO 8859-1 ends a line for some. */
  @Test
  void takesNoTextForAContentLength() {
    assertThat(withLength("MESSAGE sip:a SIP/2.0\r\nSubject: Ål: 5\r\n\r\nhi"))
        .contains("\r\nContent-Length: 2\r\n");
  }

  @Test
  void leavesTheRestAlone() {
    for (String header : new String[] {"Content-Length: 2", "l : 2", "CONTENT-LENGTH:2"}) {
      String message = "MESSAGE sip:a SIP/2.0\r\n" + header + "\r\n\r\nhi";
      assertThat(withLength(message)).isEqualTo(message);
    }
    assertThat(withLength("no message")).isEqualTo("no message");
  }
}
