package org.m2mx.sip.relay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.servlet.sip.SipServletMessage;
import javax.servlet.sip.SipServletRequest;
import org.m2mx.registry.Aor;

/**
 * What this server vouches for (RFC 3325). Devices are outside of the trust domain: what they
 * assert of themselves is taken away, and the authenticated sender is put in its place, unless it
 * asked for its identity to be kept private.
 */
final class AssertedIdentity {
  private static final String ASSERTED = "P-Asserted-Identity";
  private static final String PREFERRED = "P-Preferred-Identity";
  private static final String PRIVACY = "Privacy";

  private AssertedIdentity() {}

  /** Takes away what a device says of itself. */
  static void strip(SipServletMessage message) {
    message.removeHeader(ASSERTED);
    message.removeHeader(PREFERRED);
  }

  /**
   * Says who sent a request.
   *
   * @param sender authenticated
   */
  static void assertSender(SipServletRequest request, Aor sender) {
    strip(request);
    // RFC 5876 section 3.2: never in an ACK.
    if (!"ACK".equals(request.getMethod()) && !wantsPrivacy(request)) {
      request.setHeader(ASSERTED, "<" + sender + ">");
    }
  }

  /** RFC 3325 section 9.3, RFC 3323 section 4.2. */
  private static boolean wantsPrivacy(SipServletRequest request) {
    List<String> values = new ArrayList<>();
    request.getHeaders(PRIVACY).forEachRemaining(values::add);
    return values.stream()
        .flatMap(value -> Arrays.stream(value.split("[;,]")))
        .map(value -> value.strip().toLowerCase(Locale.ROOT))
        .anyMatch("id"::equals);
  }
}
