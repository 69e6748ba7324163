package org.m2mx.sipcontainer.stack.conference;

import javax.servlet.sip.SipServlet;

/** Is not the main servlet and starts first. */
@javax.servlet.sip.annotation.SipServlet(name = "door", loadOnStartup = 1)
public class DoorServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  @Override
  public void init() {
    Events.add("init " + getServletName());
  }
}
