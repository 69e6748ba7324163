package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.SIPServerTransactionImpl;
import gov.nist.javax.sip.stack.SIPStackTimerTask;
import java.io.IOException;
import java.time.Duration;
import javax.sip.SipException;
import javax.sip.TransactionState;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.sipcontainer.timer.StackTimer;

/**
 * The stack's server transaction, which ends as soon as nothing can come of it any more: with its
 * final answer, in case of an INVITE with the ACK of a refusal, some seconds after the 2xx, or with
 * the call. What lingers, lest a request that comes again be taken for a new one, is in {@link
 * CompletedTransactions}.
 */
public final class ServerTransaction extends SIPServerTransactionImpl {
  private static final long serialVersionUID = 1L;

  private final transient CompletedTransactions completed;
  private final transient Ending ending = new Ending();
  private volatile boolean acknowledged;
  private boolean callOver;
  private boolean lingers;
  private volatile boolean over;

  ServerTransaction(TransactionStack stack, MessageChannel channel) {
    super(stack, channel);
    this.completed = stack.completed();
  }

  /** Ticks as the stack's own, every T1, but for its end. */
  private final class Ticking extends SIPStackTimerTask {
    @Override
    public void runTask() {
      if (acknowledged && !isTerminated()) {
        ServerTransaction.this.setState(TransactionState._TERMINATED);
      }
      if (!isTerminated()) {
        fireTimer();
        return;
      }
      sipStack.getTimer().cancel(this);
      if (acknowledged) {
        ending.runTask();
      } else {
        linger();
      }
    }

    @Override
    public Object getThreadHash() {
      return getTransactionId();
    }
  }

  private final class Ending extends SIPStackTimerTask {
    @Override
    public void runTask() {
      if (encapsulatedChannel instanceof SipChannel channel) {
        completed.addInvite(getTransactionId(), channel);
      }
      cleanUp();
      over = true;
    }

    @Override
    public Object getThreadHash() {
      return getTransactionId();
    }
  }

  /** Through it go further 2xx (RFC 6026 section 8.5): repeated ones, or of another device. */
  private synchronized void linger() {
    lingers = true;
    if (sipStack.getTimer() == null || !sipStack.getTimer().isStarted()) {
      return;
    }
    sipStack
        .getTimer()
        .schedule(
            ending,
            callOver ? 0 : Duration.ofSeconds(sipStack.getConnectionLingerTimer()).toMillis());
  }

  /** Nobody is left for whom further 2xx could be: an accepted INVITE ends soon. */
  public synchronized void callIsOver() {
    callOver = true;
    if (lingers && sipStack.getTimer().cancel(ending)) {
      linger();
    }
  }

  /**
   * Ends it without an answer, when that would come too late for who waits for it (RFC 4320 section
   * 4.2). Not for an INVITE.
   */
  public void leaveUnanswered() {
    setState(TransactionState._COMPLETED);
    super.startTransactionTimerJ(0);
  }

  /** Whether it has no final answer yet. */
  boolean waits() {
    TransactionState state = getState();
    return state == null
        || state == TransactionState.TRYING
        || state == TransactionState.PROCEEDING;
  }

  /** Whether nothing is left of it. */
  public boolean isOver() {
    return over;
  }

  @Override
  public void setState(int state) {
    // The ACK of a refusal: what follows, timer I, is for its repetitions.
    acknowledged |= state == TransactionState._CONFIRMED;
    super.setState(state);
  }

  @Override
  public void startTransactionTimer() {
    if (!isInviteTransaction()) {
      super.startTransactionTimer();
    } else if (transactionTimerStarted.compareAndSet(false, true)
        && sipStack.getTimer() != null
        && sipStack.getTimer().isStarted()) {
      sipStack
          .getTimer()
          .scheduleWithFixedDelay(new Ticking(), getBaseTimerInterval(), getBaseTimerInterval());
    }
  }

  /**
   * RFC 3262 section 3, with the T1 of this transaction: the stack repeats it after 1, 4, 9, 18 and
   * 35 times that, and gives up after 68.
   */
  @Override
  public void sendReliableProvisionalResponse(Response response) throws SipException {
    StackTimer timer = (StackTimer) sipStack.getTimer();
    timer.tickEvery(Duration.ofMillis(getBaseTimerInterval()));
    try {
      super.sendReliableProvisionalResponse(response);
    } finally {
      timer.tickEvery(null);
    }
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
    if (getOriginalRequest() != null) {
      OverloadFeedback.putBack(getOriginalRequest(), response);
    }
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
