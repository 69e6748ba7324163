package org.m2mx.sipcontainer.stack;

import jakarta.servlet.ServletException;
import java.io.IOException;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;

/** Tells callers who they are. */
public class GuardedServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doRequest(SipServletRequest request) throws ServletException, IOException {
    SipServletResponse answer = request.createResponse(SipServletResponse.SC_OK);
    answer.setHeader("X-User", String.valueOf(request.getRemoteUser()));
    answer.setHeader(
        "X-Principal",
        request.getUserPrincipal() == null ? "none" : request.getUserPrincipal().getName());
    answer.setHeader("X-Boss", Boolean.toString(request.isUserInRole("boss")));
    answer.setHeader("X-Subscriber", Boolean.toString(request.isUserInRole("subscriber")));
    answer.send();
  }
}
