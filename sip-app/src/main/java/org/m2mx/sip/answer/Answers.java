package org.m2mx.sip.answer;

import java.io.IOException;
import java.util.stream.Stream;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;

/** The answers that do not depend on which service gives them. */
public final class Answers {
  private Answers() {}

  /**
   * Refuses a request and tells its sender what was wrong, in a Reason header (RFC 3326).
   *
   * @param request to be answered
   * @param status 300 to 699
   * @param text what was wrong and what to do; must tell nothing that the sender may not know
   * @throws IOException if the answer cannot be sent
   */
  public static void refuse(SipServletRequest request, int status, String text) throws IOException {
    SipServletResponse response = request.createResponse(status);
    response.setHeader("Reason", reason(status, text));
    response.send();
  }

  /**
   * Asks the sender who it is (RFC 3261 section 22).
   *
   * @param request to be answered
   * @param status 401 or 407
   * @param challenges one value per algorithm, strongest first
   * @throws IOException if the answer cannot be sent
   */
  public static void challenge(SipServletRequest request, int status, Stream<String> challenges)
      throws IOException {
    String header =
        status == SipServletResponse.SC_UNAUTHORIZED ? "WWW-Authenticate" : "Proxy-Authenticate";
    SipServletResponse response = request.createResponse(status);
    challenges.forEach(challenge -> response.addHeader(header, challenge));
    response.send();
  }

  private static String reason(int status, String text) {
    return "SIP;cause=%d;text=\"%s\""
        .formatted(status, text.replaceAll("[\\r\\n\\t]+", " ").replaceAll("([\\\\\"])", "\\\\$1"));
  }
}
