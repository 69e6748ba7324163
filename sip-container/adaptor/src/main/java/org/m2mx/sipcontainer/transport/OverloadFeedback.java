package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPResponse;
import java.text.ParseException;
import java.util.Arrays;
import org.m2mx.sipcontainer.overload.LossControl;
import org.m2mx.sipcontainer.overload.LossControl.Feedback;

/**
 * Overload control with clients that offer it in their Via (RFC 7339): each answer says what share
 * of their requests they are to keep back.
 */
final class OverloadFeedback {
  private static final String OFFER = "oc";
  private static final String ALGORITHM = "oc-algo";
  private static final String LOSS = "loss";

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

  /** The message itself, or a copy of a response with what its receiver is to be told. */
  SIPMessage in(SIPMessage message) {
    if (!(message instanceof SIPResponse) || !isOffered(message.getTopmostVia())) {
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
}
