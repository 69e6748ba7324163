package org.m2mx.sipcontainer.stack;

import jakarta.annotation.security.RunAs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;
import javax.servlet.sip.ServletTimer;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.TimerListener;
import javax.servlet.sip.TimerService;
import org.m2mx.sipcontainer.continuation.Continuations;
import org.wildfly.security.auth.server.SecurityDomain;
import org.wildfly.security.auth.server.SecurityIdentity;

/**
 * Tells whom the server takes its thread to act for, at once and when it goes on; by a timer first
 * where the request says X-Wait.
 */
public class IdentityServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doRequest(SipServletRequest request) throws IOException {
    SipServletResponse answer = request.createResponse(SipServletResponse.SC_OK);
    answer.setHeader("X-Now", actor());
    Continuations continuations =
        (Continuations) getServletContext().getAttribute(Continuations.class.getName());
    Executor later = continuations.in(request.getApplicationSession());
    if (request.getHeader("X-Wait") == null) {
      new Thread(() -> later.execute(() -> answer(answer))).start();
    } else {
      SipApplicationSession session = request.getApplicationSession();
      session.setAttribute("answer", answer);
      session.setAttribute("later", later);
      ((TimerService) getServletContext().getAttribute(TIMER_SERVICE))
          .createTimer(session, 1, false, null);
    }
  }

  /** What a timer's listener does. */
  private static void answerByTimer(ServletTimer timer) {
    SipApplicationSession session = timer.getApplicationSession();
    SipServletResponse answer = (SipServletResponse) session.getAttribute("answer");
    answer.setHeader("X-Timer", actor());
    ((Executor) session.getAttribute("later")).execute(() -> answer(answer));
  }

  /** A listener that has no role of its own. */
  public static class Timer implements TimerListener {
    @Override
    public void timeout(ServletTimer timer) {
      answerByTimer(timer);
    }
  }

  /** A listener that has a role. */
  @RunAs("clerk")
  public static final class ClerksTimer extends Timer {}

  /** A servlet that is a listener, too, and has a role. */
  @RunAs("clerk")
  @javax.servlet.sip.annotation.SipServlet
  public static final class Clerk extends IdentityServlet implements TimerListener {
    private static final long serialVersionUID = 1L;

    @Override
    public void timeout(ServletTimer timer) {
      answerByTimer(timer);
    }
  }

  private static void answer(SipServletResponse answer) {
    answer.setHeader("X-Later", actor());
    try {
      answer.send();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String actor() {
    SecurityIdentity identity = SecurityDomain.getCurrent().getCurrentSecurityIdentity();
    StringBuilder text = new StringBuilder(identity.getPrincipal().getName());
    // As enterprise beans look roles up.
    identity.getRoles("ejb", true).forEach(role -> text.append(' ').append(role));
    return text.toString();
  }
}
