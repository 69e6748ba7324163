package org.m2mx.sipcontainer.stack;

import jakarta.servlet.ServletException;
import java.io.IOException;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;

/** Takes its time, as one does that waits for a database. */
public class SlowServlet extends SipServlet {
  private static final long serialVersionUID = 1L;
  static final int MILLIS = 20;

  @Override
  protected void doRequest(SipServletRequest request) throws ServletException, IOException {
    try {
      Thread.sleep(MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    request.createResponse(200).send();
    request.getApplicationSession().invalidate();
  }
}
