package org.m2mx.sip.answer;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
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
    refusal(request, status, text).send();
  }

  /** The answer of {@link #refuse}, not yet sent. */
  public static SipServletResponse refusal(SipServletRequest request, int status, String text) {
    SipServletResponse response = request.createResponse(status);
    response.setHeader("Reason", reason(status, text));
    return response;
  }

  /**
   * Has the sender come back later (RFC 3261 section 21.5.4).
   *
   * @param request to be answered
   * @param wait whole seconds
   * @param text what was wrong and what to do; must tell nothing that the sender may not know
   * @throws IOException if the answer cannot be sent
   */
  public static void putOff(SipServletRequest request, Duration wait, String text)
      throws IOException {
    SipServletResponse response = refusal(request, SipServletResponse.SC_SERVICE_UNAVAILABLE, text);
    response.setHeader("Retry-After", Long.toString(wait.toSeconds()));
    response.send();
  }

  /**
   * The answer for a user who does not exist, or shall not be known to. Nothing else words it, so
   * that the two cannot be told apart.
   *
   * @param request to be answered
   * @throws IOException if the answer cannot be sent
   */
  public static void conceal(SipServletRequest request) throws IOException {
    request.createResponse(SipServletResponse.SC_NOT_FOUND).send();
  }

  /**
   * Words the question who the sender is (RFC 3261 section 22).
   *
   * @param request to be answered
   * @param status 401 or 407
   * @param challenges one value per algorithm, strongest first
   * @return not yet sent
   */
  public static SipServletResponse challenge(
      SipServletRequest request, int status, Stream<String> challenges) {
    String header =
        status == SipServletResponse.SC_UNAUTHORIZED ? "WWW-Authenticate" : "Proxy-Authenticate";
    SipServletResponse response = request.createResponse(status);
    challenges.forEach(challenge -> response.addHeader(header, challenge));
    return response;
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
    Set<String> unsupported = optionTags(request, header);
    unsupported.removeAll(supported);
    if (unsupported.isEmpty()) {
      return false;
    }
    SipServletResponse response = request.createResponse(SipServletResponse.SC_BAD_EXTENSION);
    unsupported.forEach(tag -> response.addHeader("Unsupported", tag));
    response.send();
    return true;
  }

  /**
   * The option tags that a request names (RFC 3261 section 19.2), in small letters.
   *
   * @param header {@code Require}, {@code Proxy-Require} or {@code Supported}
   * @return in their order; may be changed
   */
  public static Set<String> optionTags(SipServletRequest request, String header) {
    Set<String> tags = new LinkedHashSet<>();
    request
        .getHeaders(header)
        .forEachRemaining(
            value ->
                Arrays.stream(value.split(","))
                    .map(tag -> tag.strip().toLowerCase(Locale.ROOT))
                    .filter(tag -> !tag.isEmpty())
                    .forEach(tags::add));
    return tags;
  }

  private static String reason(int status, String text) {
    return "SIP;cause=%d;text=\"%s\""
        .formatted(status, text.replaceAll("[\\r\\n\\t]+", " ").replaceAll("([\\\\\"])", "\\\\$1"));
  }
}
