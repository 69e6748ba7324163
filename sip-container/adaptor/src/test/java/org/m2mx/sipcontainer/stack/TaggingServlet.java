package org.m2mx.sipcontainer.stack;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;

/** Numbers its answers, so that a request that is processed again gives itself away. */
public class TaggingServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  private final AtomicInteger count = new AtomicInteger();

  @Override
  protected void doRequest(SipServletRequest request) throws IOException {
    SipServletResponse response = request.createResponse(SipServletResponse.SC_OK);
    response.setHeader("X-Count", Integer.toString(count.incrementAndGet()));
    response.send();
    request.getApplicationSession().invalidate();
  }
}
