package org.m2mx.tests.sipcontainer;

import jakarta.inject.Inject;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.servlet.sip.ServletTimer;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.TimerListener;
import javax.servlet.sip.TimerService;

/** Leaves work undone: timers, sessions, and requests that wait for an answer. */
@javax.servlet.sip.annotation.SipServlet(name = "lingering", loadOnStartup = 1)
public class LingeringServlet extends SipServlet implements TimerListener {
  private static final long serialVersionUID = 1L;

  /** There as long as this class, so as long as its loader. */
  static final Mark MARK = new Mark();

  /** Can be told from all other objects in a heap. */
  static final class Mark {}

  @Inject private transient TimerService timers;

  @Override
  protected void doOptions(SipServletRequest options) throws IOException {
    timers.createTimer(
        options.getApplicationSession(), TimeUnit.DAYS.toMillis(1), false, "tomorrow");
    options.createResponse(SipServletResponse.SC_OK).send();
  }

  @Override
  protected void doInvite(SipServletRequest invite) throws IOException {
    invite.getSession().setAttribute("waiting", invite);
    invite.createResponse(SipServletResponse.SC_RINGING).send();
  }

  @Override
  public void timeout(ServletTimer timer) {
    throw new AssertionError("a day has passed since " + timer.getApplicationSession());
  }
}
