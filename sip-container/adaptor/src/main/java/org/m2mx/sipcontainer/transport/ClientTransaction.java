package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.SIPClientTransactionImpl;

/**
 * The stack's client transaction, which ends soon after the final answer to a request other than
 * INVITE. Timer K (RFC 3261 section 17.1.2.2) is for the same answer to come again; {@link
 * Provenance} knows those without the request, the session, and all that hangs on them.
 */
final class ClientTransaction extends SIPClientTransactionImpl {
  private static final long serialVersionUID = 1L;

  /** Of the timers' base interval, T1. */
  private static final int SOON = 1;

  ClientTransaction(TransactionStack stack, SIPRequest request, MessageChannel channel) {
    super(stack, channel);
    setOriginalRequest(request);
    timerK = SOON;
  }

  @Override
  public void setTimerT4(int millis) {
    super.setTimerT4(millis);
    timerK = SOON;
  }
}
