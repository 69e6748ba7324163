package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.Optional;
import javax.sip.ClientTransaction;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.TransactionUnavailableException;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.config.LocalAddresses.Binding;
import org.m2mx.sipcontainer.config.Transport;

/**
 * What the core sends through: looks where a message goes before it picks the listener, then leaves
 * the rest to that listener's own provider.
 */
final class RoutingProvider extends ProviderOfListener {
  private final ListenerProviders listeners;
  private final OutboundRouting routing;

  RoutingProvider(SipProvider own, ListenerProviders listeners, OutboundRouting routing) {
    super(own);
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

  /** A response without transaction goes back to where its topmost Via says it came from. */
  @Override
  public void sendResponse(Response response) throws SipException {
    var via = ((SIPResponse) response).getTopmostVia();
    String source = via.getReceived() == null ? via.getHost() : via.getReceived();
    Optional<Binding> listener =
        AddressText.literal(source)
            .flatMap(
                address ->
                    listeners.towards(Transport.of(via.getTransport()), address, Optional.empty()));
    listener.map(listeners::provider).orElse(own()).sendResponse(response);
  }
}
