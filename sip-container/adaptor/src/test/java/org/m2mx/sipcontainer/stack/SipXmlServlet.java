package org.m2mx.sipcontainer.stack;

import jakarta.servlet.ServletException;
import java.io.IOException;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;

/** Tells its own name and parameters. */
public class SipXmlServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doRequest(SipServletRequest request) throws ServletException, IOException {
    SipServletResponse answer = request.createResponse(SipServletResponse.SC_OK);
    answer.setHeader("X-Servlet", getServletName());
    answer.setHeader("X-Colour", getServletConfig().getInitParameter("colour"));
    answer.send();
  }
}
