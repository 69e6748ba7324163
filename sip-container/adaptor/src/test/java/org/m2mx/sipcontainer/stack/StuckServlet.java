package org.m2mx.sipcontainer.stack;

import jakarta.servlet.ServletException;
import java.util.concurrent.CountDownLatch;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;

/** Waits for what never comes. */
public class StuckServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  static final CountDownLatch STUCK = new CountDownLatch(1);

  @Override
  protected void doRequest(SipServletRequest request) throws ServletException {
    STUCK.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new ServletException(e);
    }
  }
}
