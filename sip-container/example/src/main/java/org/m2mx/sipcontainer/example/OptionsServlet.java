package org.m2mx.sipcontainer.example;

import java.io.IOException;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;

/** Tells whoever asks what it understands. */
@javax.servlet.sip.annotation.SipServlet(name = "options", loadOnStartup = 1)
public class OptionsServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doOptions(SipServletRequest request) throws IOException {
    SipServletResponse answer = request.createResponse(SipServletResponse.SC_OK);
    answer.setHeader("Allow", "OPTIONS");
    answer.send();
  }
}
