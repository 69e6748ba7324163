package org.m2mx.tests.sipcontainer;

import java.io.IOException;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;

/** The only servlet of another application on the same stack; a class without annotations. */
public class SubscribeServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doSubscribe(SipServletRequest subscribe) throws IOException {
    SipServletResponse answer = subscribe.createResponse(SipServletResponse.SC_BAD_EVENT);
    try {
      Regulars regulars = InitialContext.doLookup("java:module/Regulars");
      answer.setHeader("X-Caller", regulars.caller());
    } catch (NamingException e) {
      throw new IllegalStateException("there is no such bean", e);
    }
    answer.send();
  }
}
