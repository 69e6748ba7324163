package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.SIPServerTransactionImpl;
import java.io.IOException;
import javax.sip.message.Request;

/**
 * The stack's server transaction, which ends with its final answer unless it is an INVITE's: what
 * lingers over UDP, lest a request that comes again be taken for a new one, is the answer alone, in
 * {@link CompletedTransactions}.
 */
final class ServerTransaction extends SIPServerTransactionImpl {
  private static final long serialVersionUID = 1L;

  private final transient CompletedTransactions completed;

  ServerTransaction(TransactionStack stack, MessageChannel channel) {
    super(stack, channel);
    this.completed = stack.completed();
  }

  /** Timer J is kept by {@link CompletedTransactions}, from when the answer is on its way. */
  @Override
  protected void startTransactionTimerJ(long time) {
    if (isReliable() || isCancel()) {
      super.startTransactionTimerJ(time);
    }
  }

  private boolean isCancel() {
    return Request.CANCEL.equals(getMethod());
  }

  @Override
  protected void sendResponse(SIPResponse response) throws IOException {
    if (isInviteTransaction()
        || isCancel()
        || response.getStatusCode() < 200
        || !(encapsulatedChannel instanceof SipChannel channel)) {
      super.sendResponse(response);
    } else if (channel.isReliable()) {
      channel.sendMessage(response);
    } else {
      try {
        SipChannel back = channel.backTo(response.getTopmostVia());
        byte[] datagram = back.transmit(response);
        completed.add(
            getTransactionId(), getMethod(), channel.remote().getAddress(), back, datagram);
      } finally {
        super.startTransactionTimerJ(0);
      }
    }
  }
}
