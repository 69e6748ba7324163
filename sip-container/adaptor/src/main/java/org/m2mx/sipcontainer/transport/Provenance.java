package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.SIPTransaction;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.sip.message.Request;

/**
 * Whether a message comes from whom its transaction is with. The branch alone (RFC 3261 section
 * 17.1.3) proves nothing: whoever learns of one could answer or cancel another's call. A connection
 * has to be the same one, or its other end if this server connected to itself; of datagrams the
 * address has to be, since the port may differ. And an answer has to be for the request that this
 * one was made of: a proxy that believes the second Via lets any device send what it likes to
 * whomever it likes.
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
    boolean holds =
        same(transaction, channel)
            && transaction instanceof ClientTransaction client
            && client.upstream().equals(ClientTransaction.upstream(response));
    if (!holds) {
      return false;
    } else if (is2xxToInvite(response)) {
      if (accepted.has(response, channel)) {
        return accepted.takes(response, channel);
      }
      accepted.add(response, channel);
    } else if (isFinal(response) && !isToInvite(response) && !channel.isReliable()) {
      answered.add(response, channel);
    }
    return true;
  }

  /** Whether a response that may not be taken has been before, and its transaction is over. */
  boolean isRepeated(SIPResponse response, SipChannel channel) {
    return !isToInvite(response) && answered.has(response, channel);
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

  /** Or that of a further device, beyond a proxy that has forked the request. */
  private boolean isRepeated2xx(SIPResponse response, SipChannel channel) {
    return is2xxToInvite(response) && accepted.takes(response, channel);
  }

  /** Transactions that had their answer, for as long as it may come again. */
  private static final class Answered {
    private static final int MOST = 100_000;

    /** Devices that may accept one request. */
    private static final int MOST_TAGS = 32;

    private record Answer(SipChannel channel, String upstream, Set<String> tags, long until) {
      boolean goes(SIPResponse response, SipChannel actual) {
        return channel.isReachedBy(actual) && upstream.equals(ClientTransaction.upstream(response));
      }
    }

    private final long keptNanos;
    private final LongSupplier nanoTime;
    private final Map<String, Answer> answers = new LinkedHashMap<>();

    Answered(long keptNanos, LongSupplier nanoTime) {
      this.keptNanos = keptNanos;
      this.nanoTime = nanoTime;
    }

    synchronized boolean has(SIPResponse response, SipChannel channel) {
      Answer answer = answers.get(response.getTransactionId());
      return answer != null && answer.goes(response, channel);
    }

    /** Whether it has been answered before; takes note of who answers now. */
    synchronized boolean takes(SIPResponse response, SipChannel channel) {
      if (!has(response, channel)) {
        return false;
      }
      Answer before = answers.get(response.getTransactionId());
      if (!before.tags().contains(tag(response))) {
        if (before.tags().size() >= MOST_TAGS) {
          return false;
        }
        Set<String> tags = new HashSet<>(before.tags());
        tags.add(tag(response));
        // In its place: it ends when it did.
        answers.put(
            response.getTransactionId(),
            new Answer(before.channel(), before.upstream(), tags, before.until()));
      }
      return true;
    }

    private static String tag(SIPResponse response) {
      return response.getToTag() == null ? "" : response.getToTag();
    }

    synchronized void add(SIPResponse response, SipChannel channel) {
      long now = nanoTime.getAsLong();
      String transaction = response.getTransactionId();
      // Anew at the end, since they are kept in the order in which they end.
      answers.remove(transaction);
      answers.put(
          transaction,
          new Answer(
              channel,
              ClientTransaction.upstream(response),
              Set.of(tag(response)),
              now + keptNanos));
      Iterator<Answer> oldest = answers.values().iterator();
      while (oldest.hasNext() && (now - oldest.next().until() > 0 || answers.size() > MOST)) {
        oldest.remove();
      }
    }
  }
}
