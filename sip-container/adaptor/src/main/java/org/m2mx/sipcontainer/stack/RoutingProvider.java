package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import javax.sip.ClientTransaction;
import javax.sip.InvalidArgumentException;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.TransactionUnavailableException;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.sipcontainer.config.LocalAddresses.Binding;
import org.m2mx.sipcontainer.transport.SipChannel;
import org.m2mx.sipcontainer.transport.TransactionStack;

/**
 * What the core sends through: looks where a message goes before it picks the listener, then leaves
 * the rest to that listener's own provider.
 */
final class RoutingProvider extends ProviderOfListener {
  private static final Logger LOG = System.getLogger(RoutingProvider.class.getName());

  private final TransactionStack stack;
  private final ListenerProviders listeners;
  private final OutboundRouting routing;

  RoutingProvider(
      SipProvider own,
      TransactionStack stack,
      ListenerProviders listeners,
      OutboundRouting routing) {
    super(own);
    this.stack = stack;
    this.listeners = listeners;
    this.routing = routing;
  }

  @Override
  public ClientTransaction getNewClientTransaction(Request request)
      throws TransactionUnavailableException {
    try {
      Binding listener = routing.prepare((SIPRequest) request);
      return listeners.provider(listener).getNewClientTransaction(request);
    } catch (TransactionUnavailableException e) {
      throw e;
    } catch (SipException e) {
      throw new TransactionUnavailableException(e.getMessage(), e);
    }
  }

  @Override
  public void sendRequest(Request request) throws SipException {
    Binding listener = routing.prepare((SIPRequest) request);
    listeners.provider(listener).sendRequest(request);
  }

  /**
   * Sends a response that the core has lost the transaction of: through that, as long as it waits
   * for one. Afterwards only further 2xx to an INVITE are passed on (RFC 3261 section 16.7, step
   * 5), the way the request came, and where that is not known any more, nowhere.
   */
  @Override
  public void sendResponse(Response response) throws SipException {
    SIPResponse back = (SIPResponse) response;
    Optional<ServerTransaction> waiting = stack.waitingFor(back);
    if (waiting.isPresent()) {
      sendThrough(waiting.get(), back);
      return;
    }
    Optional<SipChannel> way =
        back.getStatusCode() / 100 == 2 && back.getCSeq().getMethod().equals(Request.INVITE)
            ? stack.wayBack(back)
            : Optional.empty();
    if (way.isEmpty()) {
      LOG.log(
          Level.INFO,
          "Call-ID {0}: response {1} dropped, nobody waits for it any more",
          back.getCallId().getCallId(),
          back.getStatusCode());
      return;
    }
    try {
      way.get().sendBack(back);
    } catch (IOException e) {
      throw new SipException("a response could not be sent: " + e.getMessage(), e);
    }
  }

  private static void sendThrough(ServerTransaction transaction, SIPResponse response)
      throws SipException {
    try {
      transaction.sendResponse(response);
    } catch (InvalidArgumentException e) {
      throw new SipException("a response does not fit its transaction", e);
    }
  }
}
