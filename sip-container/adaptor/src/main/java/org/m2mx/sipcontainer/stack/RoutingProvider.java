package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.Optional;
import java.util.TooManyListenersException;
import javax.sip.ClientTransaction;
import javax.sip.Dialog;
import javax.sip.ListeningPoint;
import javax.sip.ObjectInUseException;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.SipListener;
import javax.sip.SipProvider;
import javax.sip.SipStack;
import javax.sip.Transaction;
import javax.sip.TransactionAlreadyExistsException;
import javax.sip.TransactionUnavailableException;
import javax.sip.TransportAlreadySupportedException;
import javax.sip.header.CallIdHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.config.LocalAddresses.Binding;
import org.m2mx.sipcontainer.config.Transport;

/**
 * What the core sends through: looks where a message goes before it picks the listener, then leaves
 * the rest to that listener's own provider.
 */
final class RoutingProvider implements SipProvider {
  private final SipProvider own;
  private final ListenerProviders listeners;
  private final OutboundRouting routing;

  RoutingProvider(SipProvider own, ListenerProviders listeners, OutboundRouting routing) {
    this.own = own;
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
    listener.map(listeners::provider).orElse(own).sendResponse(response);
  }

  @Override
  public ServerTransaction getNewServerTransaction(Request request)
      throws TransactionAlreadyExistsException, TransactionUnavailableException {
    return own.getNewServerTransaction(request);
  }

  @Override
  public Dialog getNewDialog(Transaction transaction) throws SipException {
    return own.getNewDialog(transaction);
  }

  @Override
  public CallIdHeader getNewCallId() {
    return own.getNewCallId();
  }

  @Override
  public SipStack getSipStack() {
    return own.getSipStack();
  }

  @Override
  public void addSipListener(SipListener listener) throws TooManyListenersException {
    own.addSipListener(listener);
  }

  @Override
  public void removeSipListener(SipListener listener) {
    own.removeSipListener(listener);
  }

  @Override
  @Deprecated
  public ListeningPoint getListeningPoint() {
    return own.getListeningPoint();
  }

  @Override
  public ListeningPoint getListeningPoint(String transport) {
    return own.getListeningPoint(transport);
  }

  @Override
  public ListeningPoint[] getListeningPoints() {
    return own.getListeningPoints();
  }

  @Override
  @Deprecated
  public void setListeningPoint(ListeningPoint listeningPoint) throws ObjectInUseException {
    own.setListeningPoint(listeningPoint);
  }

  @Override
  public void addListeningPoint(ListeningPoint listeningPoint)
      throws ObjectInUseException, TransportAlreadySupportedException {
    own.addListeningPoint(listeningPoint);
  }

  @Override
  public void removeListeningPoint(ListeningPoint listeningPoint) throws ObjectInUseException {
    own.removeListeningPoint(listeningPoint);
  }

  @Override
  public void setAutomaticDialogSupportEnabled(boolean enabled) {
    own.setAutomaticDialogSupportEnabled(enabled);
  }
}
