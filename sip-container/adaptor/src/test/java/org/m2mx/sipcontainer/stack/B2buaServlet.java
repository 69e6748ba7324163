package org.m2mx.sipcontainer.stack;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import javax.servlet.sip.B2buaHelper;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.SipSession;

/** Two dialogs for each call, the second towards the target the caller names. */
public class B2buaServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doInvite(SipServletRequest invite) throws ServletException, IOException {
    B2buaHelper helper = invite.getB2buaHelper();
    SipServletRequest outgoing =
        helper.createRequest(invite, true, Map.of("X-Leg", List.of("second")));
    SipFactory factory = (SipFactory) getServletContext().getAttribute(SIP_FACTORY);
    outgoing.setRequestURI(factory.createURI(invite.getHeader("X-Targets").trim()));
    outgoing.send();
  }

  @Override
  protected void doResponse(SipServletResponse response) throws ServletException, IOException {
    if (response.getStatus() == SipServletResponse.SC_REQUEST_TERMINATED) {
      return; // The container has told the caller.
    }
    B2buaHelper helper = response.getRequest().getB2buaHelper();
    SipSession other = helper.getLinkedSession(response.getSession());
    if (response.getMethod().equals("INVITE")) {
      if (response.getStatus() == SipServletResponse.SC_OK) {
        response.createAck().send();
      }
      helper.createResponseToOriginalRequest(other, response.getStatus(), null).send();
    } else {
      SipServletRequest original = (SipServletRequest) other.getAttribute("waiting");
      original.createResponse(response.getStatus()).send();
    }
  }

  @Override
  protected void doBye(SipServletRequest bye) throws ServletException, IOException {
    B2buaHelper helper = bye.getB2buaHelper();
    SipSession other = helper.getLinkedSession(bye.getSession());
    bye.getSession().setAttribute("waiting", bye);
    helper.createRequest(other, bye, null).send();
  }

  @Override
  protected void doCancel(SipServletRequest cancel) throws ServletException, IOException {
    cancel
        .getB2buaHelper()
        .createCancel(cancel.getB2buaHelper().getLinkedSession(cancel.getSession()))
        .send();
  }
}
