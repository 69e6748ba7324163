package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.SIPTransaction;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.sip.message.Request;

/**
 * Whether a message comes from whom its transaction is with. The branch alone (RFC 3261 section
 * 17.1.3) proves nothing: whoever learns of one could answer or cancel another's call. A connection
 * has to be the same one, or its other end if this server connected to itself; of datagrams the
 * address has to be, since the port may differ.
 */
final class Provenance {
  /** As long as the callee repeats its 2xx (RFC 6026 section 7.1, timer M). */
  private static final long ACCEPTED_NANOS = Duration.ofSeconds(32).toNanos();

  /** Timer K of RFC 3261 section 17.1.2.2. */
  private static final long ANSWERED_NANOS = Duration.ofSeconds(5).toNanos();

  private final SIPTransactionStack stack;
  private final Answered accepted;
  private final Answered answered;

  Provenance(SIPTransactionStack stack, LongSupplier nanoTime) {
    this.stack = stack;
    this.accepted = new Answered(ACCEPTED_NANOS, nanoTime);
    this.answered = new Answered(ANSWERED_NANOS, nanoTime);
  }

  /** Whether a response may be taken: its request went where it comes from. */
  boolean holds(SIPResponse response, SipChannel channel) {
    SIPTransaction transaction = stack.findTransaction(response.getTransactionId(), false);
    if (transaction == null) {
      return isRepeated2xx(response, channel);
    }
    boolean holds = same(transaction, channel);
    if (!holds) {
      return false;
    } else if (is2xxToInvite(response)) {
      accepted.add(response.getTransactionId(), channel);
    } else if (isFinal(response) && !isToInvite(response) && !channel.isReliable()) {
      answered.add(response.getTransactionId(), channel);
    }
    return true;
  }

  /** Whether a response that may not be taken has been before, and its transaction is over. */
  boolean isRepeated(SIPResponse response, SipChannel channel) {
    return !isToInvite(response) && answered.has(response.getTransactionId(), channel);
  }

  /** The INVITE that a CANCEL is for, from whoever sent the CANCEL (RFC 3261 section 9.2). */
  boolean hasInvite(SIPRequest cancel, SipChannel channel) {
    SIPTransaction cancelled = cancelled(cancel);
    return cancelled != null && cancelled.isInviteTransaction() && same(cancelled, channel);
  }

  /** A request of another method, on which a CANCEL has no effect. */
  boolean hasOther(SIPRequest cancel, SipChannel channel) {
    SIPTransaction cancelled = cancelled(cancel);
    return cancelled != null && !cancelled.isInviteTransaction() && same(cancelled, channel);
  }

  private SIPTransaction cancelled(SIPRequest cancel) {
    String branch = cancel.getTopmostVia().getBranch();
    if (branch == null) {
      return stack.findCancelTransaction(cancel, true);
    }
    String id = branch.toLowerCase(Locale.ROOT);
    SIPTransaction transaction = stack.findTransaction(id, true);
    return transaction != null ? transaction : stack.findCancelTransaction(cancel, true);
  }

  private static boolean same(SIPTransaction transaction, SipChannel channel) {
    return transaction.getMessageChannel() instanceof SipChannel expected
        && expected.isReachedBy(channel);
  }

  static boolean is2xxToInvite(SIPResponse response) {
    return response.getStatusCode() / 100 == 2 && isToInvite(response);
  }

  private static boolean isToInvite(SIPResponse response) {
    return response.getCSeq().getMethod().equals(Request.INVITE);
  }

  private static boolean isFinal(SIPResponse response) {
    return response.getStatusCode() >= 200;
  }

  private boolean isRepeated2xx(SIPResponse response, SipChannel channel) {
    return is2xxToInvite(response) && accepted.has(response.getTransactionId(), channel);
  }

  /** Transactions that had their answer, for as long as it may come again. */
  private static final class Answered {
    private static final int MOST = 100_000;

    private record Answer(SipChannel channel, long until) {}

    private final long keptNanos;
    private final LongSupplier nanoTime;
    private final Map<String, Answer> answers = new LinkedHashMap<>();

    Answered(long keptNanos, LongSupplier nanoTime) {
      this.keptNanos = keptNanos;
      this.nanoTime = nanoTime;
    }

    synchronized boolean has(String transaction, SipChannel channel) {
      Answer answer = answers.get(transaction);
      return answer != null && answer.channel().isReachedBy(channel);
    }

    synchronized void add(String transaction, SipChannel channel) {
      long now = nanoTime.getAsLong();
      // Anew at the end, since they are kept in the order in which they end.
      answers.remove(transaction);
      answers.put(transaction, new Answer(channel, now + keptNanos));
      Iterator<Answer> oldest = answers.values().iterator();
      while (oldest.hasNext() && (now - oldest.next().until() > 0 || answers.size() > MOST)) {
        oldest.remove();
      }
    }
  }
}
