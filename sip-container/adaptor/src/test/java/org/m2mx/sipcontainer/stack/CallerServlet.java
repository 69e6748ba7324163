package org.m2mx.sipcontainer.stack;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.servlet.sip.Rel100Exception;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;

/**
 * A MESSAGE makes it call the URI in the message's body. What happens to the call is kept in {@link
 * #SEEN}. INVITEs of others it answers with a reliable 183 first.
 */
public class CallerServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

  /** Of calls that were accepted. */
  static final Set<String> SESSIONS = ConcurrentHashMap.newKeySet();

  /** Of INFO requests. */
  static final Queue<String> INFORMED = new ConcurrentLinkedQueue<>();

  @Override
  protected void doMessage(SipServletRequest message) throws ServletException, IOException {
    message.createResponse(SipServletResponse.SC_ACCEPTED).send();
    SipFactory factory = (SipFactory) getServletContext().getAttribute(SIP_FACTORY);
    SipApplicationSession session = factory.createApplicationSession();
    String[] order = message.getHeader("X-Targets").trim().split(" ");
    SipServletRequest request =
        factory.createRequest(session, order[0], "sip:server@example.org", order[1]);
    request.setRequestURI(factory.createURI(order[1]));
    request.getSession().setHandler("main");
    request.send();
  }

  @Override
  protected void doSuccessResponse(SipServletResponse response)
      throws ServletException, IOException {
    SEEN.add(response.getMethod() + ' ' + response.getStatus());
    if (response.getMethod().equals("INVITE")) {
      SESSIONS.add(response.getSession().getId());
      response.createAck().send();
    }
  }

  @Override
  protected void doErrorResponse(SipServletResponse response) throws ServletException, IOException {
    SEEN.add(response.getMethod() + ' ' + response.getStatus());
  }

  @Override
  protected void doProvisionalResponse(SipServletResponse response)
      throws ServletException, IOException {
    SEEN.add(response.getMethod() + ' ' + response.getStatus());
    if ("100rel".equals(response.getHeader("Require"))) {
      try {
        response.createPrack().send();
      } catch (Rel100Exception e) {
        throw new ServletException(e);
      }
    }
  }

  @Override
  protected void doInvite(SipServletRequest invite) throws ServletException, IOException {
    invite.getSession().setAttribute("invite", invite);
    try {
      invite.createResponse(SipServletResponse.SC_SESSION_PROGRESS).sendReliably();
    } catch (Rel100Exception e) {
      SEEN.add("no 100rel");
      invite.createResponse(421).send();
    }
  }

  @Override
  protected void doPrack(SipServletRequest prack) throws ServletException, IOException {
    prack.createResponse(SipServletResponse.SC_OK).send();
    SipServletRequest invite = (SipServletRequest) prack.getSession().getAttribute("invite");
    invite.createResponse(SipServletResponse.SC_OK).send();
  }

  @Override
  protected void doAck(SipServletRequest ack) {
    SEEN.add("ACK");
  }

  @Override
  protected void doInfo(SipServletRequest info) throws ServletException, IOException {
    INFORMED.add(info.getSession().getId());
    info.createResponse(SipServletResponse.SC_OK).send();
  }

  @Override
  protected void doBye(SipServletRequest bye) throws ServletException, IOException {
    SEEN.add("BYE");
    bye.createResponse(SipServletResponse.SC_OK).send();
    bye.getApplicationSession().invalidate();
  }
}
