package org.m2mx.sipcontainer.stack;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.servlet.sip.AuthInfo;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;

/** Calls as {@link CallerServlet} does, and answers challenges of two realms. */
public class ChallengedServlet extends CallerServlet {
  private static final long serialVersionUID = 1L;

  static final Queue<String> REFUSED = new ConcurrentLinkedQueue<>();

  @Override
  protected void doErrorResponse(SipServletResponse response) throws ServletException, IOException {
    int status = response.getStatus();
    if (status != SipServletResponse.SC_UNAUTHORIZED
        && status != SipServletResponse.SC_PROXY_AUTHENTICATION_REQUIRED) {
      super.doErrorResponse(response);
      return;
    }
    SipFactory factory = (SipFactory) getServletContext().getAttribute(SIP_FACTORY);
    AuthInfo passwords = factory.createAuthInfo();
    passwords.addAuthInfo(401, "bob.example", "server", "for bob");
    passwords.addAuthInfo(407, "edge.example", "server", "for the edge");
    SipServletRequest again = response.getSession().createRequest(response.getMethod());
    try {
      again.addAuthHeader(response, passwords);
      again.send();
    } catch (SecurityException e) {
      REFUSED.add(e.getMessage());
    }
  }
}
