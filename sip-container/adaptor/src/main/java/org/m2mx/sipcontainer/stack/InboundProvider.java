package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import javax.sip.InvalidArgumentException;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.TransactionAlreadyExistsException;
import javax.sip.TransactionUnavailableException;
import javax.sip.message.Request;
import javax.sip.message.Response;

/**
 * What the core takes one request from. A request that claims to belong to a dialog and names none
 * of this server's the core would pass on to wherever its Request-URI says, for anybody who asks:
 * here it is answered 481 instead (RFC 3261 section 12.2.2). Only applications send requests out.
 */
final class InboundProvider extends ProviderOfListener {
  private static final Logger LOG = System.getLogger(InboundProvider.class.getName());

  private ServerTransaction transaction;

  /**
   * @param transaction the request's, null as long as it has none
   */
  InboundProvider(SipProvider own, ServerTransaction transaction) {
    super(own);
    this.transaction = transaction;
  }

  @Override
  public ServerTransaction getNewServerTransaction(Request request)
      throws TransactionAlreadyExistsException, TransactionUnavailableException {
    transaction = super.getNewServerTransaction(request);
    return transaction;
  }

  @Override
  public void sendRequest(Request request) throws SipException {
    SIPRequest stray = (SIPRequest) request;
    LOG.log(
        Level.INFO,
        "Call-ID {0}: {1} from {2} belongs to no dialog here, refused",
        stray.getCallId().getCallId(),
        stray.getMethod(),
        stray.getPeerPacketSourceAddress());
    if (transaction == null || Request.ACK.equals(stray.getMethod())) {
      return;
    }
    try {
      SIPResponse answer = stray.createResponse(Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST);
      if (answer.getToTag() == null) {
        answer.setToTag(Long.toHexString(stray.hashCode() & 0xffffffffL));
      }
      transaction.sendResponse(answer);
    } catch (InvalidArgumentException e) {
      throw new SipException("a request of no dialog cannot be answered", e);
    }
  }
}
