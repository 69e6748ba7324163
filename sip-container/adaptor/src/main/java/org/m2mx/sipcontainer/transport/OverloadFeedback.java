package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.header.ViaList;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.text.ParseException;
import java.util.Arrays;
import java.util.List;
import org.m2mx.sipcontainer.overload.LossControl;
import org.m2mx.sipcontainer.overload.LossControl.Feedback;

/**
 * Overload control with clients that offer it in their Via (RFC 7339): each answer says what share
 * of their requests they are to keep back. It is a matter between neighbours: what a client offers
 * is not passed on to the next hop (section 5.6), and put back for the answer that comes from
 * there.
 */
final class OverloadFeedback {
  private static final String OFFER = "oc";
  private static final String ALGORITHM = "oc-algo";
  private static final String LOSS = "loss";
  private static final List<String> PARAMETERS = List.of(OFFER, ALGORITHM, "oc-validity", "oc-seq");

  private final LossControl control;

  OverloadFeedback(LossControl control) {
    this.control = control;
  }

  /** Whether a client takes part; the algorithm that all who do must know is the one used here. */
  static boolean isOffered(Via via) {
    return via.hasParameter(OFFER)
        && via.getParameter(ALGORITHM) != null
        && Arrays.stream(via.getParameter(ALGORITHM).replace("\"", "").split(","))
            .anyMatch(algorithm -> algorithm.trim().equalsIgnoreCase(LOSS));
  }

  /** Puts back what the sender of a request has offered, which the next hop was not told. */
  static void putBack(SIPRequest request, SIPResponse response) {
    Via asked = request.getTopmostVia();
    Via answered = response.getTopmostVia();
    if (asked == null || !isOffered(asked) || isOffered(answered)) {
      return;
    }
    try {
      answered.setParameter(OFFER, null);
      answered.setParameter(ALGORITHM, '"' + LOSS + '"');
    } catch (ParseException e) {
      throw new IllegalStateException("a token and a quoted string are parameters", e);
    }
  }

  /**
   * The message itself, or a copy: of a response with what its receiver is to be told, of a request
   * without what the client before us has told us.
   */
  SIPMessage in(SIPMessage message) {
    if (message instanceof SIPRequest) {
      return withoutOfferOf(message);
    }
    if (!isOffered(message.getTopmostVia())) {
      return message;
    }
    SIPMessage copy = (SIPMessage) message.clone();
    Feedback feedback = control.current();
    Via via = copy.getTopmostVia();
    try {
      via.setParameter(OFFER, Integer.toString(feedback.percent()));
      // A value that came in quotes would be quoted again.
      via.removeParameter(ALGORITHM);
      via.setParameter(ALGORITHM, '"' + LOSS + '"');
      via.setParameter("oc-validity", Long.toString(feedback.validity().toMillis()));
      via.setParameter("oc-seq", feedback.sequence());
    } catch (ParseException e) {
      throw new IllegalStateException("numbers are parameters", e);
    }
    return copy;
  }

  private static SIPMessage withoutOfferOf(SIPMessage request) {
    ViaList vias = request.getViaHeaders();
    if (vias == null || vias.size() < 2 || !vias.get(1).hasParameter(OFFER)) {
      return request;
    }
    SIPMessage copy = (SIPMessage) request.clone();
    PARAMETERS.forEach(copy.getViaHeaders().get(1)::removeParameter);
    return copy;
  }
}
