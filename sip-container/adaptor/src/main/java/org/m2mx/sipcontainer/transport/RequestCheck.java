package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.message.SIPRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.text.ParseException;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import javax.sip.message.Request;
import javax.sip.message.Response;

/**
 * What every request has to be, whatever it is for: RFC 3261 sections 8.1.1.3, 8.1.1.5, 8.1.1.8,
 * 8.2.2.1 and 18.1.1.
 */
public final class RequestCheck {
  private static final Logger LOG = System.getLogger(RequestCheck.class.getName());

  /** Others have nowhere to go from here. */
  private static final Set<String> SCHEMES = Set.of("sip", "sips", "tel");

  private RequestCheck() {}

  /**
   * Whether an application answers requests of a method: an ACK nobody does, a CANCEL the stack.
   */
  public static boolean isAnswered(String method) {
    return !method.equals(Request.ACK) && !method.equals(Request.CANCEL);
  }

  /** The status of what is refused; empty for what is well. */
  static OptionalInt refusal(SIPRequest request, SipChannel channel) {
    if (!isConsistent(request, channel)) {
      return OptionalInt.of(Response.BAD_REQUEST);
    }
    return SCHEMES.contains(request.getRequestURI().getScheme().toLowerCase(Locale.ROOT))
        ? OptionalInt.empty()
        : OptionalInt.of(Response.UNSUPPORTED_URI_SCHEME);
  }

  /** No dialog is had without a tag. */
  private static boolean isConsistent(SIPRequest request, SipChannel channel) {
    return request.getMethod().equals(request.getCSeq().getMethod())
        && channel.getTransport().equalsIgnoreCase(request.getTopmostVia().getTransport())
        && (request.getFromTag() != null || !request.getMethod().equals(Request.INVITE))
        && hasWhatItsMethodNeeds(request);
  }

  private static boolean hasWhatItsMethodNeeds(SIPRequest request) {
    try {
      request.checkHeaders();
      return true;
    } catch (ParseException e) {
      LOG.log(Level.DEBUG, "Call-ID {0}: {1}", request.getCallId().getCallId(), e.getMessage());
      return false;
    }
  }
}
