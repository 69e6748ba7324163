package org.m2mx.sipcontainer.stack.composition;

import jakarta.servlet.ServletException;
import java.io.IOException;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;

/**
 * Lets requests through to whoever comes next, and leaves its mark on them. What OPTIONS asks it
 * asks by a MESSAGE of its own.
 */
public class ScreeningServlet extends SipServlet {
  private static final long serialVersionUID = 1L;
  private static final String ASKED = "asked";

  @Override
  protected void doInvite(SipServletRequest invite) throws ServletException, IOException {
    invite.addHeader("X-Through", getServletContext().getContextPath());
    invite.getProxy().setRecordRoute(true);
    invite.getProxy().proxyTo(invite.getRequestURI());
  }

  @Override
  protected void doBye(SipServletRequest bye) throws ServletException, IOException {
    bye.addHeader("X-Through", getServletContext().getContextPath());
  }

  @Override
  protected void doMessage(SipServletRequest message) throws ServletException, IOException {
    message.addHeader("X-Through", getServletContext().getContextPath());
    message.addHeader("X-Subscriber", String.valueOf(message.getSubscriberURI()));
    message.addHeader("X-Region", String.valueOf(message.getRegion()));
    message.getProxy().proxyTo(message.getRequestURI());
  }

  @Override
  protected void doOptions(SipServletRequest options) throws ServletException, IOException {
    SipFactory factory = (SipFactory) getServletContext().getAttribute(SIP_FACTORY);
    SipServletRequest message =
        factory.createRequest(
            options.getApplicationSession(), "MESSAGE", options.getFrom(), options.getTo());
    message.setRequestURI(options.getRequestURI());
    message.getSession().setAttribute(ASKED, options);
    message.send();
  }

  @Override
  protected void doResponse(SipServletResponse response) throws ServletException, IOException {
    if (response.getSession().getAttribute(ASKED) instanceof SipServletRequest options) {
      SipServletResponse answer = options.createResponse(response.getStatus());
      response
          .getHeaders("X-Through")
          .forEachRemaining(mark -> answer.addHeader("X-Through", mark));
      answer.send();
    }
  }
}
