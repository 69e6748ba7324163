package org.m2mx.bench.bare;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.servlet.sip.Proxy;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;

/**
 * Registrar and record-routing proxy that asks nobody for a proof and keeps bindings in a map: what
 * it costs is the container's cost.
 */
@javax.servlet.sip.annotation.SipServlet(name = "bare", loadOnStartup = 1)
public class BareServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  private final transient Map<String, String> contacts = new ConcurrentHashMap<>();

  @Override
  protected void doRegister(SipServletRequest register) throws ServletException, IOException {
    String contact = register.getAddressHeader("Contact").getURI().toString();
    contacts.put(register.getTo().getURI().toString(), contact);
    SipServletResponse answer = register.createResponse(SipServletResponse.SC_OK);
    answer.setHeader("Contact", "<" + contact + ">;expires=3600");
    answer.send();
    register.getApplicationSession().invalidate();
  }

  @Override
  protected void doInvite(SipServletRequest invite) throws ServletException, IOException {
    if (!invite.isInitial()) {
      return;
    }
    String contact = contacts.get(invite.getRequestURI().toString());
    if (contact == null) {
      invite.createResponse(SipServletResponse.SC_NOT_FOUND).send();
      return;
    }
    SipFactory factory = (SipFactory) getServletContext().getAttribute(SIP_FACTORY);
    Proxy proxy = invite.getProxy();
    proxy.setRecordRoute(true);
    proxy.proxyTo(factory.createURI(contact));
  }

  /** Goes on to the other side by itself, as all within a dialog. */
  @Override
  protected void doAck(SipServletRequest ack) {}

  /** Goes on to the other side by itself, as all within a dialog. */
  @Override
  protected void doBye(SipServletRequest bye) {}
}
