package org.m2mx.sipcontainer.stack;

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

/** A listener's own provider, for those that do some of it otherwise. */
abstract class ProviderOfListener implements SipProvider {
  private final SipProvider own;

  ProviderOfListener(SipProvider own) {
    this.own = own;
  }

  final SipProvider own() {
    return own;
  }

  @Override
  public ClientTransaction getNewClientTransaction(Request request)
      throws TransactionUnavailableException {
    return own.getNewClientTransaction(request);
  }

  @Override
  public void sendRequest(Request request) throws SipException {
    own.sendRequest(request);
  }

  @Override
  public void sendResponse(Response response) throws SipException {
    own.sendResponse(response);
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
