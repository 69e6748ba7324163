package org.m2mx.sipcontainer.stack;

import jakarta.servlet.ServletException;
import java.io.IOException;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;

/** Answers 480 to everything: a status the container itself never gives. */
public class ElsewhereServlet extends SipServlet {
  private static final long serialVersionUID = 1L;
  private static final int STATUS = 480;

  @Override
  protected void doRequest(SipServletRequest request) throws ServletException, IOException {
    if (!request.getMethod().equals("ACK")) {
      request.createResponse(STATUS).send();
    }
  }
}
