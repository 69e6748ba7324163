package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.SIPClientTransaction;
import gov.nist.javax.sip.stack.SIPServerTransaction;
import java.util.Optional;
import java.util.Properties;
import javax.sip.PeerUnavailableException;

/** The SIP stack, with transactions that leave little behind. */
public final class TransactionStack extends SipStackImpl {
  /** Answers may take this part of the heap. */
  private static final int SHARE = 8;

  private final CompletedTransactions completed =
      new CompletedTransactions(Runtime.getRuntime().maxMemory() / SHARE, System::nanoTime);

  /**
   * @param properties as the SIP stack knows them
   * @throws PeerUnavailableException when one of them has a value that cannot be
   */
  public TransactionStack(Properties properties) throws PeerUnavailableException {
    super(properties);
  }

  CompletedTransactions completed() {
    return completed;
  }

  @Override
  public SIPServerTransaction createServerTransaction(MessageChannel channel) {
    return new ServerTransaction(this, channel);
  }

  @Override
  public SIPClientTransaction createClientTransaction(SIPRequest request, MessageChannel channel) {
    return new ClientTransaction(this, request, channel);
  }

  /** The server transaction that waits for a response; empty when it has its final one. */
  public Optional<javax.sip.ServerTransaction> waitingFor(SIPResponse response) {
    return findTransaction(response.getTransactionId(), true) instanceof ServerTransaction found
            && found.waits()
        ? Optional.of(found)
        : Optional.empty();
  }

  /**
   * What the request came through that a response is for, as long as its transaction, or what is
   * left of it, is there. What goes back without a transaction (RFC 3261 section 16.11) goes this
   * way, not to where its Via says: that has been in other hands.
   *
   * @param response with the Via of the request on top
   */
  public Optional<SipChannel> wayBack(SIPResponse response) {
    String id = response.getTransactionId();
    return findTransaction(id, true) instanceof SIPServerTransaction transaction
            && transaction.getMessageChannel() instanceof SipChannel channel
        ? Optional.of(channel)
        : completed.channelOfInvite(id);
  }

  /** Answered transactions of which the answer is kept, to be sent again when it was lost. */
  public int completedTransactions() {
    return completed.size();
  }
}
