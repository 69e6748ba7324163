package org.m2mx.sipcontainer.stack;

import java.util.Set;
import javax.sip.Dialog;
import javax.sip.Transaction;
import javax.sip.header.AuthorizationHeader;
import javax.sip.header.ProxyAuthenticateHeader;
import javax.sip.header.ProxyAuthorizationHeader;
import javax.sip.header.WWWAuthenticateHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.mobicents.servlet.sip.JainSipUtils;
import org.mobicents.servlet.sip.core.MobicentsSipFactory;
import org.mobicents.servlet.sip.core.MobicentsSipServletMessageFactory;
import org.mobicents.servlet.sip.core.message.MobicentsSipServletRequest;
import org.mobicents.servlet.sip.core.message.MobicentsSipServletResponse;
import org.mobicents.servlet.sip.core.session.MobicentsSipSession;
import org.mobicents.servlet.sip.message.SipFactoryImpl;

/** Makes the messages applications see. The core looks it up by its class name. */
public final class ContainerMessageFactory implements MobicentsSipServletMessageFactory {
  static {
    // The core takes these for headers that stand alone; RFC 3261 section 7.3.1 lets them stand
    // once
    // for each realm and algorithm, and an application that adds a second one shall not lose the
    // first.
    JainSipUtils.SINGLETON_HEADER_NAMES.removeAll(
        Set.of(
            WWWAuthenticateHeader.NAME,
            ProxyAuthenticateHeader.NAME,
            AuthorizationHeader.NAME,
            ProxyAuthorizationHeader.NAME));
  }

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
