package org.m2mx.tests.sipcontainer;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.servlet.sip.B2buaHelper;
import javax.servlet.sip.Proxy;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.SipSession;
import javax.servlet.sip.SipURI;
import javax.servlet.sip.URI;

/**
 * Does with a call what the user part of its Request-URI says: {@code answers} it, ringing reliably
 * where that is required, sends it {@code through} to all the targets at once, or {@code joins} a
 * call of its own to it.
 */
@javax.servlet.sip.annotation.SipServlet(name = "exchange", loadOnStartup = 1)
public class ExchangeServlet extends SipServlet {
  private static final long serialVersionUID = 1L;
  private static final String WAITING = "waiting";
  private static final String PROXIED = "proxied";

  @Inject private transient SipFactory factory;

  @Override
  protected void doOptions(SipServletRequest options) throws IOException {
    options.createResponse(SipServletResponse.SC_OK).send();
  }

  /** Only from those whom the descriptor lets in. */
  @Override
  protected void doMessage(SipServletRequest message) throws IOException {
    message.createResponse(SipServletResponse.SC_OK).send();
  }

  @Override
  protected void doInvite(SipServletRequest invite) throws ServletException, IOException {
    switch (((SipURI) invite.getRequestURI()).getUser()) {
      case "answers" -> answer(invite);
      case "through" -> send(invite);
      case "joins" -> join(invite);
      default -> invite.createResponse(SipServletResponse.SC_NOT_FOUND).send();
    }
  }

  private static void answer(SipServletRequest invite) throws IOException, ServletException {
    if ("100rel".equals(invite.getHeader("Require"))) {
      invite.getSession().setAttribute(WAITING, invite);
      invite.createResponse(SipServletResponse.SC_SESSION_PROGRESS).sendReliably();
    } else {
      invite.createResponse(SipServletResponse.SC_RINGING).send();
      invite.createResponse(SipServletResponse.SC_OK).send();
    }
  }

  @Override
  protected void doPrack(SipServletRequest prack) throws IOException {
    prack.createResponse(SipServletResponse.SC_OK).send();
    waiting(prack.getSession()).createResponse(SipServletResponse.SC_OK).send();
  }

  private void send(SipServletRequest invite) throws IOException, ServletException {
    invite.getSession().setAttribute(PROXIED, true);
    Proxy proxy = invite.getProxy();
    proxy.setRecordRoute(true);
    proxy.setParallel(true);
    proxy.proxyTo(targets(invite));
  }

  private List<URI> targets(SipServletRequest invite) throws ServletException {
    List<URI> targets = new ArrayList<>();
    for (String target : invite.getHeader("X-Targets").split(",")) {
      targets.add(factory.createURI(target.strip()));
    }
    return targets;
  }

  private void join(SipServletRequest invite) throws IOException, ServletException {
    SipServletRequest other = invite.getB2buaHelper().createRequest(invite, true, null);
    other.setRequestURI(targets(invite).get(0));
    other.send();
  }

  /** Of the call that was joined to another: what is proxied passes by itself. */
  @Override
  protected void doResponse(SipServletResponse response) throws ServletException, IOException {
    if (response.getProxyBranch() != null
        || response.getStatus() == SipServletResponse.SC_REQUEST_TERMINATED) {
      return;
    }
    B2buaHelper helper = response.getRequest().getB2buaHelper();
    SipSession other = helper.getLinkedSession(response.getSession());
    if (response.getMethod().equals("INVITE")) {
      if (response.getStatus() == SipServletResponse.SC_OK) {
        response.createAck().send();
      }
      helper.createResponseToOriginalRequest(other, response.getStatus(), null).send();
    } else {
      waiting(other).createResponse(response.getStatus()).send();
    }
  }

  @Override
  protected void doBye(SipServletRequest bye) throws ServletException, IOException {
    if (bye.getSession().getAttribute(PROXIED) != null) {
      return;
    }
    SipSession other = bye.getB2buaHelper().getLinkedSession(bye.getSession());
    if (other == null) {
      bye.createResponse(SipServletResponse.SC_OK).send();
    } else {
      bye.getSession().setAttribute(WAITING, bye);
      bye.getB2buaHelper().createRequest(other, bye, null).send();
    }
  }

  @Override
  protected void doCancel(SipServletRequest cancel) throws ServletException, IOException {
    if (cancel.getSession().getAttribute(PROXIED) == null) {
      B2buaHelper helper = cancel.getB2buaHelper();
      helper.createCancel(helper.getLinkedSession(cancel.getSession())).send();
    }
  }

  private static SipServletRequest waiting(SipSession session) {
    return (SipServletRequest) session.getAttribute(WAITING);
  }
}
