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

  private static final int MAX_ACCEPTED = 100_000;

  private record Accepted(SipChannel channel, long until) {}

  private final SIPTransactionStack stack;
  private final LongSupplier nanoTime;
  private final Map<String, Accepted> accepted = new LinkedHashMap<>();

  Provenance(SIPTransactionStack stack, LongSupplier nanoTime) {
    this.stack = stack;
    this.nanoTime = nanoTime;
  }

  /** Whether a response may be taken: its request went where it comes from. */
  boolean holds(SIPResponse response, SipChannel channel) {
    SIPTransaction transaction = stack.findTransaction(response.getTransactionId(), false);
    if (transaction == null) {
      return isRepeated2xx(response, channel);
    }
    boolean holds = same(transaction, channel);
    if (holds && is2xxToInvite(response)) {
      remember(response.getTransactionId(), channel);
    }
    return holds;
  }

  /** The INVITE that a CANCEL is for, from whoever sent the CANCEL (RFC 3261 section 9.2). */
  boolean hasInvite(SIPRequest cancel, SipChannel channel) {
    SIPTransaction invite = invite(cancel);
    return invite != null && same(invite, channel);
  }

  private SIPTransaction invite(SIPRequest cancel) {
    String branch = cancel.getTopmostVia().getBranch();
    if (branch == null) {
      return stack.findCancelTransaction(cancel, true);
    }
    String id = branch.toLowerCase(Locale.ROOT);
    SIPTransaction invite = stack.findTransaction(id, true);
    return invite != null ? invite : stack.findCancelTransaction(cancel, true);
  }

  private static boolean same(SIPTransaction transaction, SipChannel channel) {
    return transaction.getMessageChannel() instanceof SipChannel expected
        && expected.isReachedBy(channel);
  }

  static boolean is2xxToInvite(SIPResponse response) {
    return response.getStatusCode() / 100 == 2
        && response.getCSeq().getMethod().equals(Request.INVITE);
  }

  private boolean isRepeated2xx(SIPResponse response, SipChannel channel) {
    if (!is2xxToInvite(response)) {
      return false;
    }
    synchronized (accepted) {
      Accepted invite = accepted.get(response.getTransactionId());
      return invite != null && invite.channel().isReachedBy(channel);
    }
  }

  private void remember(String transaction, SipChannel channel) {
    long now = nanoTime.getAsLong();
    synchronized (accepted) {
      accepted.putIfAbsent(transaction, new Accepted(channel, now + ACCEPTED_NANOS));
      Iterator<Accepted> oldest = accepted.values().iterator();
      while (oldest.hasNext()
          && (now - oldest.next().until() > 0 || accepted.size() > MAX_ACCEPTED)) {
        oldest.remove();
      }
    }
  }
}
