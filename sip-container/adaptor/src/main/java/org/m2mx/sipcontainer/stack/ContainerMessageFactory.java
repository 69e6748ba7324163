package org.m2mx.sipcontainer.stack;

import javax.sip.Dialog;
import javax.sip.Transaction;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.mobicents.servlet.sip.core.MobicentsSipFactory;
import org.mobicents.servlet.sip.core.MobicentsSipServletMessageFactory;
import org.mobicents.servlet.sip.core.message.MobicentsSipServletRequest;
import org.mobicents.servlet.sip.core.message.MobicentsSipServletResponse;
import org.mobicents.servlet.sip.core.session.MobicentsSipSession;
import org.mobicents.servlet.sip.message.SipFactoryImpl;

/** Makes the messages applications see. The core looks it up by its class name. */
public final class ContainerMessageFactory implements MobicentsSipServletMessageFactory {
  private SipFactoryImpl factory;

  @Override
  public MobicentsSipServletRequest createSipServletRequest(
      Request request,
      MobicentsSipSession session,
      Transaction transaction,
      Dialog dialog,
      boolean createDialog) {
    return new ContainerRequest(request, factory, session, transaction, dialog, createDialog);
  }

  @Override
  public MobicentsSipServletResponse createSipServletResponse(
      Response response,
      Transaction transaction,
      MobicentsSipSession session,
      Dialog dialog,
      boolean received,
      boolean retransmission) {
    return new ContainerResponse(
        response, factory, transaction, session, dialog, received, retransmission);
  }

  @Override
  public MobicentsSipFactory getMobicentsSipFactory() {
    return factory;
  }

  @Override
  public void setMobicentsSipFactory(MobicentsSipFactory newFactory) {
    factory = (SipFactoryImpl) newFactory;
  }
}
