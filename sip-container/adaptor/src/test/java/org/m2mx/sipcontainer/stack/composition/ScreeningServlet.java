package org.m2mx.sipcontainer.stack.composition;

import jakarta.servlet.ServletException;
import java.io.IOException;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;

/** Lets requests through to whoever comes next, and leaves its mark on them. */
public class ScreeningServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

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
}
