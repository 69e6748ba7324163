package org.m2mx.sip.answer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

  /**
   * Answers 420 to a request that needs an extension we do not have (RFC 3261 section 8.2.2.3).
   *
   * @param request to be answered
   * @param header {@code Require} for a user agent server, {@code Proxy-Require} for a proxy
   * @param supported option tags in small letters
   * @return whether it was answered
   * @throws IOException if the answer cannot be sent
   */
  public static boolean refusesExtensions(
      SipServletRequest request, String header, Set<String> supported) throws IOException {
    List<String> unsupported = new ArrayList<>();
    request
        .getHeaders(header)
        .forEachRemaining(
            value ->
                Arrays.stream(value.split(","))
                    .map(String::strip)
                    .filter(tag -> !supported.contains(tag.toLowerCase(Locale.ROOT)))
                    .forEach(unsupported::add));
    if (unsupported.isEmpty()) {
      return false;
    }
    SipServletResponse response = request.createResponse(SipServletResponse.SC_BAD_EXTENSION);
    unsupported.forEach(tag -> response.addHeader("Unsupported", tag));
    response.send();
    return true;
  }

  private static String reason(int status, String text) {
    return "SIP;cause=%d;text=\"%s\""
        .formatted(status, text.replaceAll("[\\r\\n\\t]+", " ").replaceAll("([\\\\\"])", "\\\\$1"));
  }
}
