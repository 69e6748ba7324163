package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.header.ViaList;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.SIPClientTransactionImpl;
import gov.nist.javax.sip.stack.SIPStackTimerTask;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sip.TransactionState;

/**
 * The stack's client transaction, which ends soon after the final answer to a request other than
 * INVITE, and soon after whatever ends an INVITE. Timer K (RFC 3261 section 17.1.2.2) is for the
 * same answer to come again; {@link Provenance} knows those without the request, the session, and
 * all that hangs on them.
 */
final class ClientTransaction extends SIPClientTransactionImpl {
  private static final long serialVersionUID = 1L;

  /** As long as an application takes that has its answer, and no longer than a call has to be. */
  private static final int SOON_MILLIS = 50;

  private final String upstream;
  private final transient Tick ticking = new Tick();
  private final AtomicBoolean over = new AtomicBoolean();

  /** The answer is being looked at; by the core too, which finds what it is for by this. */
  private volatile boolean answering;

  private final class Tick extends SIPStackTimerTask {
    @Override
    public void runTask() {
      if (!isTerminated()) {
        fireTimer();
      } else {
        sipStack.getTimer().cancel(ticking);
        cleanUpOnTerminated();
      }
    }

    @Override
    public Object getThreadHash() {
      return getTransactionId();
    }
  }

  ClientTransaction(TransactionStack stack, SIPRequest request, MessageChannel channel) {
    super(stack, channel);
    setOriginalRequest(request);
    timerK = 1;
    upstream = upstream(request);
  }

  /** The branch of the request this one was made of; empty when it was made here. */
  String upstream() {
    return upstream;
  }

  /**
   * The branch of the transaction that a message's answer is for, beyond the one it is in: that of
   * the second Via; empty when there is none.
   */
  static String upstream(SIPMessage message) {
    ViaList vias = message.getViaHeaders();
    String branch = vias == null || vias.size() < 2 ? null : vias.get(1).getBranch();
    return branch == null ? "" : branch;
  }

  @Override
  public void setTimerT4(int millis) {
    super.setTimerT4(millis);
    timerK = 1;
  }

  @Override
  public void startTransactionTimer() {
    if (!isInviteTransaction()) {
      super.startTransactionTimer();
    } else if (isTimed() && transactionTimerStarted.compareAndSet(false, true)) {
      sipStack
          .getTimer()
          .scheduleWithFixedDelay(ticking, getBaseTimerInterval(), getBaseTimerInterval());
    }
  }

  private boolean isTimed() {
    return sipStack.getTimer() != null && sipStack.getTimer().isStarted();
  }

  @Override
  public void setState(int state) {
    if (state == TransactionState._COMPLETED && !isInviteTransaction()) {
      // Nothing but timer K is left to be timed.
      baseTimerInterval = SOON_MILLIS;
    }
    super.setState(state);
    if (state == TransactionState._TERMINATED && isInviteTransaction()) {
      // The stack would leave it to the next tick.
      endSoon();
    }
  }

  @Override
  public void processResponse(SIPResponse response, MessageChannel channel) {
    answering = true;
    try {
      super.processResponse(response, channel);
    } finally {
      answering = false;
    }
  }

  private void endSoon() {
    if (isTimed()) {
      sipStack.getTimer().schedule(new Tick(), SOON_MILLIS);
    }
  }

  /** Once, and not before the answer has been looked at. */
  @Override
  protected void cleanUpOnTerminated() {
    if (answering) {
      endSoon();
    } else if (over.compareAndSet(false, true)) {
      super.cleanUpOnTerminated();
    }
  }
}
