package org.m2mx.ua.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.text.ParseException;
import org.junit.jupiter.api.Test;
import org.m2mx.ua.Aor;
import org.m2mx.ua.UserAgentException;

class RefusalsTest {
  private static final Aor VIDEO = Aor.parse("sip:video@m2m-x.example");

  @Test
  void saysWhatTheServerSaysAndWhenToComeBack() throws ParseException {
    UserAgentException shutOut =
        Refusals.registration(
            VIDEO,
            response(
                "503 Service Unavailable",
                "Reason: SIP;cause=503;text=\"Too many wrong passwords\"\r\nRetry-After: 20\r\n"));

    assertThat(shutOut.problem()).contains("503 Service Unavailable, Too many wrong passwords");
    assertThat(shutOut.remedy()).isEqualTo("Try again in 20 s");
  }

  @Test
  void doesWithoutAReason() throws ParseException {
    UserAgentException overloaded = Refusals.call(VIDEO, response("503 Service Unavailable", ""));

    assertThat(overloaded.problem()).endsWith("cannot be reached: 503 Service Unavailable");
    assertThat(overloaded.remedy()).startsWith("Try again later");
  }

  private static SIPResponse response(String status, String headers) throws ParseException {
    String text =
        "SIP/2.0 %s\r\nVia: SIP/2.0/TLS [::1]:5061;branch=z9hG4bK1\r\nFrom: <%s>;tag=1\r\nTo: <%s>\r\n"
                .formatted(status, VIDEO, VIDEO)
            + "Call-ID: 1\r\nCSeq: 1 REGISTER\r\n"
            + headers
            + "Content-Length: 0\r\n\r\n";
    return (SIPResponse) new StringMsgParser().parseSIPMessage(text.getBytes(), true, true, null);
  }
}
