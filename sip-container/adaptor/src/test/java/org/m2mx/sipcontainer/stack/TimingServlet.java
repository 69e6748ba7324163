package org.m2mx.sipcontainer.stack;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.servlet.sip.ServletTimer;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.TimerListener;
import javax.servlet.sip.TimerService;

/**
 * Answers once a timer has fired three times: MESSAGE by one with a fixed delay, PUBLISH by one at
 * a fixed rate. OPTIONS sets one that is cancelled before it fires.
 */
public class TimingServlet extends SipServlet implements TimerListener {
  private static final long serialVersionUID = 1L;
  private static final String REQUEST = "request";
  private static final long PERIOD_MILLIS = 20;

  static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

  @Override
  protected void doRequest(SipServletRequest request) throws ServletException, IOException {
    TimerService timers = (TimerService) getServletContext().getAttribute(TIMER_SERVICE);
    SipApplicationSession session = request.getApplicationSession();
    session.setAttribute(REQUEST, request);
    session.setAttribute("count", 0);
    if (request.getMethod().equals("OPTIONS")) {
      ServletTimer timer = timers.createTimer(session, 3_600_000, false, "never");
      SEEN.add("remaining " + (timer.getTimeRemaining() > 3_500_000));
      SEEN.add("found " + (session.getTimer(timer.getId()) == timer));
      timer.cancel();
      SEEN.add("timers " + session.getTimers().size());
      timers.createTimer(session, 1, false, "once");
    } else {
      boolean fixedDelay = request.getMethod().equals("MESSAGE");
      timers.createTimer(session, 1, PERIOD_MILLIS, fixedDelay, false, "often");
    }
  }

  @Override
  public void timeout(ServletTimer timer) {
    SipApplicationSession session = timer.getApplicationSession();
    int count = (Integer) Objects.requireNonNull(session.getAttribute("count")) + 1;
    session.setAttribute("count", count);
    SEEN.add(timer.getInfo() + " " + count);
    if (timer.getInfo().equals("once") || count == 3) {
      timer.cancel();
      SipServletRequest request = (SipServletRequest) session.getAttribute(REQUEST);
      try {
        request.createResponse(200).send();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
