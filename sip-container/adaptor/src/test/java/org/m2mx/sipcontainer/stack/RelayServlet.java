package org.m2mx.sipcontainer.stack;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.servlet.sip.Proxy;
import javax.servlet.sip.ProxyBranch;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipSession;
import javax.servlet.sip.SipURI;
import org.m2mx.sipcontainer.flow.Flow;

/** Registers whoever comes and relays calls down the flows they registered over. */
public class RelayServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  private final transient Map<String, Flow> flows = new ConcurrentHashMap<>();
  private final transient Map<String, String> contacts = new ConcurrentHashMap<>();

  @Override
  protected void doRegister(SipServletRequest register) throws ServletException, IOException {
    String user = ((SipURI) register.getTo().getURI()).getUser();
    flows.put(user, Flow.of(register));
    contacts.put(user, register.getAddressHeader("Contact").getURI().toString());
    register.createResponse(200).send();
    register.getApplicationSession().invalidate();
  }

  @Override
  protected void doInvite(SipServletRequest invite) throws ServletException, IOException {
    if (!invite.isInitial()) {
      followFlow(invite);
      return;
    }
    String callee = ((SipURI) invite.getRequestURI()).getUser();
    if (!flows.containsKey(callee)) {
      invite.createResponse(404).send();
      return;
    }
    SipSession session = invite.getSession();
    session.setAttribute("caller", Flow.of(invite).token());
    session.setAttribute("caller-tag", invite.getFrom().getParameter("tag"));
    session.setAttribute("callee", flows.get(callee).token());
    SipFactory factory = (SipFactory) getServletContext().getAttribute(SIP_FACTORY);
    Proxy proxy = invite.getProxy();
    proxy.setRecordRoute(true);
    proxy.setSupervised(true);
    ProxyBranch branch =
        proxy.createProxyBranches(List.of(factory.createURI(contacts.get(callee)))).get(0);
    branch.setRecordRoute(true);
    branch.getRequest().pushRoute(flows.get(callee).route());
    proxy.startProxy();
  }

  @Override
  protected void doAck(SipServletRequest ack) {
    followFlow(ack);
  }

  @Override
  protected void doBye(SipServletRequest bye) {
    followFlow(bye);
  }

  @Override
  protected void doInfo(SipServletRequest info) {
    followFlow(info);
  }

  private static void followFlow(SipServletRequest request) {
    SipSession session = request.getSession();
    boolean fromCaller =
        request.getFrom().getParameter("tag").equals(session.getAttribute("caller-tag"));
    String token = (String) session.getAttribute(fromCaller ? "callee" : "caller");
    request.pushRoute(Flow.parse(token).route());
  }

  @Override
  protected void doOptions(SipServletRequest options) throws ServletException, IOException {
    options.createResponse(200).send();
  }
}
