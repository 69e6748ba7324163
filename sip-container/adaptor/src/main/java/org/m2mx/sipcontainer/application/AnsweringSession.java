package org.m2mx.sipcontainer.application;

import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.SIPTransaction;
import java.util.Iterator;
import javax.servlet.sip.SipServletResponse;
import javax.sip.Transaction;
import javax.sip.TransactionState;
import javax.sip.message.Request;
import org.m2mx.sipcontainer.transport.ServerTransaction;
import org.mobicents.servlet.sip.core.message.MobicentsSipServletResponse;
import org.mobicents.servlet.sip.core.session.MobicentsSipApplicationSession;
import org.mobicents.servlet.sip.core.session.MobicentsSipSession;
import org.mobicents.servlet.sip.core.session.SipSessionImpl;
import org.mobicents.servlet.sip.core.session.SipSessionKey;
import org.mobicents.servlet.sip.message.SipFactoryImpl;
import org.mobicents.servlet.sip.message.TransactionApplicationData;

/**
 * A SIP session that lasts until every request within it has its final answer.
 *
 * <p>The core's own ends with the first BYE that is answered. When both parties hang up at once,
 * the answer to the other BYE then finds no session and is lost, and its sender repeats the request
 * until it times out. And where several devices accept a call the core's session, through which
 * those of the further dialogs are found, ends with any of them.
 */
final class AnsweringSession extends SipSessionImpl {
  AnsweringSession(
      SipSessionKey key,
      SipFactoryImpl factory,
      MobicentsSipApplicationSession applicationSession) {
    super(key, factory, applicationSession);
  }

  /** Also what comes while the session is about to end: the core would leave it out. */
  @Override
  public void addOngoingTransaction(Transaction transaction) {
    if (transaction != null && ongoingTransactions != null) {
      ongoingTransactions.add(transaction);
    }
  }

  /**
   * A CANCEL's has the branch of its INVITE's: the core would take the INVITE's from the proxy,
   * which then has nothing left to send the answer through.
   */
  @Override
  public void removeOngoingTransaction(Transaction transaction) {
    if (getProxy() == null || !isCancel(transaction)) {
      super.removeOngoingTransaction(transaction);
    } else if (ongoingTransactions != null) {
      ongoingTransactions.remove(transaction);
    }
  }

  private static boolean isCancel(Transaction transaction) {
    return transaction instanceof SIPTransaction known && Request.CANCEL.equals(known.getMethod());
  }

  @Override
  public boolean isReadyToInvalidate() {
    return super.isReadyToInvalidate() && !owesAnAnswer();
  }

  @Override
  public boolean isReadyToInvalidateInternal() {
    return super.isReadyToInvalidateInternal() && !owesAnAnswer();
  }

  /** Further 2xx to its INVITEs may go through it as long as the application session lasts. */
  @Override
  public void invalidate(boolean bypassCheck) {
    var transactions = ongoingTransactions;
    if (transactions != null
        && getSipApplicationSession() instanceof LockedApplicationSession application) {
      transactions.stream()
          .filter(ServerTransaction.class::isInstance)
          .map(ServerTransaction.class::cast)
          .filter(ServerTransaction::isInviteTransaction)
          .forEach(application::outlives);
      transactions.removeIf(AnsweringSession::isBeingCancelled);
    }
    super.invalidate(bypassCheck);
  }

  /**
   * Whether it is that of a target which is not wanted any more and has not refused yet. One that
   * has said nothing may ring after the call is over, and only its first response may be answered
   * by the CANCEL; what was cancelled has its refusal acknowledged. The core would end the
   * transaction.
   */
  private static boolean isBeingCancelled(Transaction transaction) {
    return (transaction.getState() == TransactionState.CALLING
            || transaction.getState() == TransactionState.PROCEEDING)
        && transaction.getApplicationData() instanceof TransactionApplicationData data
        && data.getProxyBranch() != null
        && data.getProxyBranch().isCanceled();
  }

  /**
   * Not when it only lets a device's acceptance through whose dialog is another session's: the core
   * would take a device that has refused for one that accepted, and keep this session for it. Nor
   * when it refuses a BYE: the other side has not heard of that, and may be told yet.
   */
  @Override
  public void updateStateOnResponse(MobicentsSipServletResponse response, boolean received) {
    if (received || !refusesToEnd(response) && (!isProxiedCall() || !isOfAnotherDialog(response))) {
      super.updateStateOnResponse(response, received);
    }
  }

  /**
   * Of the refusals of a BYE only those end a dialog that say there is none (RFC 3261, 12.2.1.2).
   */
  private static boolean refusesToEnd(MobicentsSipServletResponse response) {
    return Request.BYE.equals(response.getMethod())
        && response.getStatus() >= SipServletResponse.SC_MULTIPLE_CHOICES
        && response.getStatus() != SipServletResponse.SC_CALL_LEG_DONE
        && response.getStatus() != SipServletResponse.SC_REQUEST_TIMEOUT;
  }

  private boolean isOfAnotherDialog(MobicentsSipServletResponse response) {
    String own = getKey().getToTag();
    String tag = ((SIPResponse) response.getMessage()).getToTag();
    return own != null && tag != null && !own.equals(tag) && response.getStatus() / 100 == 2;
  }

  @Override
  public void onTerminatedState() {
    if (!isValidInternal() || hasOtherDialog(null)) {
      return;
    }
    MobicentsSipSession parent = getParentSession();
    onReadyToInvalidate();
    if (parent instanceof AnsweringSession first
        && first.isValidInternal()
        && !first.isCarryingOn()
        && !first.hasOtherDialog(this)) {
      first.onReadyToInvalidate();
    }
  }

  /** Whether a session that is derived from this one still has its dialog. */
  private boolean hasOtherDialog(MobicentsSipSession than) {
    Iterator<MobicentsSipSession> derived = getDerivedSipSessions();
    while (derived.hasNext()) {
      MobicentsSipSession other = derived.next();
      if (other != than && other instanceof AnsweringSession session && session.isCarryingOn()) {
        return true;
      }
    }
    return false;
  }

  private boolean isCarryingOn() {
    return isValidInternal()
        && getStateInternal() == State.CONFIRMED
        && !isReadyToInvalidateInternal();
  }

  /** Whether this is what a proxied INVITE began. */
  boolean isProxiedCall() {
    return getProxy() != null && Request.INVITE.equals(originalMethod);
  }

  private boolean owesAnAnswer() {
    // Invalidation, by another thread, takes the set away.
    var transactions = ongoingTransactions;
    return transactions != null
        && transactions.stream()
            .filter(ServerTransaction.class::isInstance)
            .anyMatch(AnsweringSession::isUnanswered);
  }

  /** Whether a request's transaction has not had its final answer. */
  static boolean isUnanswered(Transaction transaction) {
    TransactionState state = transaction.getState();
    return state == null
        || state == TransactionState.TRYING
        || state == TransactionState.PROCEEDING;
  }
}
