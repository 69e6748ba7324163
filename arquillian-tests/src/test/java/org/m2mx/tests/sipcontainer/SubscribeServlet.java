package org.m2mx.tests.sipcontainer;

import java.io.IOException;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;

/** The only servlet of another application on the same stack; a class without annotations. */
public class SubscribeServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doSubscribe(SipServletRequest subscribe) throws IOException {
    subscribe.createResponse(489).send();
  }
}
