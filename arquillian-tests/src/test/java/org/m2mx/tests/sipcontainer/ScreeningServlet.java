package org.m2mx.tests.sipcontainer;

import jakarta.servlet.ServletException;
import java.io.IOException;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;

/** Lets a request through to the application that comes next, and marks what that answers. */
@javax.servlet.sip.annotation.SipServlet(name = "screening", loadOnStartup = 1)
public class ScreeningServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doOptions(SipServletRequest options) throws ServletException, IOException {
    options.getProxy().proxyTo(options.getRequestURI());
  }

  @Override
  protected void doSuccessResponse(SipServletResponse response) {
    response.addHeader("X-Through", getServletContext().getContextPath());
  }
}
