package org.m2mx.sipcontainer.stack;

import jakarta.servlet.ServletException;
import java.io.IOException;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;

/** Takes its time, as one does that waits for a database; takes calls, too. */
public class SlowServlet extends SipServlet {
  private static final long serialVersionUID = 1L;
  static final int MILLIS = 20;

  @Override
  protected void doRequest(SipServletRequest request) throws ServletException, IOException {
    if (request.getMethod().equals("ACK")) {
      return;
    }
    try {
      Thread.sleep(MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    request.createResponse(200).send();
    if (request.isInitial() && !request.getMethod().equals("INVITE")) {
      request.getApplicationSession().invalidate();
    }
  }
}
