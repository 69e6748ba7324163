package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.SIPTransaction;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import javax.sip.ObjectInUseException;
import javax.sip.message.Request;

/**
 * INVITEs refused over a connection, which is not lossy: nothing is sent again, so all that timer H
 * (RFC 3261 section 17.2.1) would wait for is an ACK that changes nothing. A stranger who sends
 * INVITEs and no ACKs has the memory of each for some seconds instead of 32.
 */
final class RefusedInvites {
  private static final Logger LOG = System.getLogger(RefusedInvites.class.getName());
  private static final long KEPT_NANOS = Duration.ofSeconds(4).toNanos();

  private record Refused(SIPTransaction transaction, long until) {}

  private final SIPTransactionStack stack;
  private final Executor threads;
  private final Queue<Refused> waiting = new ConcurrentLinkedQueue<>();

  RefusedInvites(SIPTransactionStack stack, Executor threads) {
    this.stack = stack;
    this.threads = threads;
  }

  /**
   * Takes note of an answer that went over a connection. A branch alone names a transaction of
   * anybody's: the answer has to have gone where that came from.
   */
  void sent(SIPResponse response, SipChannel channel) {
    if (response.getStatusCode() < 300 || !response.getCSeq().getMethod().equals(Request.INVITE)) {
      return;
    }
    SIPTransaction transaction = stack.findTransaction(response.getTransactionId(), true);
    if (transaction != null && transaction.getMessageChannel() == channel) {
      waiting.add(new Refused(transaction, System.nanoTime() + KEPT_NANOS));
    }
  }

  /** Ends those whose time is over. */
  void expire(long now) {
    for (Refused next = waiting.peek();
        next != null && now - next.until() > 0;
        next = waiting.peek()) {
      SIPTransaction transaction = waiting.remove().transaction();
      threads.execute(() -> end(transaction));
    }
  }

  private static void end(SIPTransaction transaction) {
    try {
      if (!transaction.isTerminated()) {
        transaction.terminate();
      }
    } catch (ObjectInUseException e) {
      LOG.log(Level.DEBUG, "A refused INVITE is still in use and ends by its timer", e);
    }
  }
}
