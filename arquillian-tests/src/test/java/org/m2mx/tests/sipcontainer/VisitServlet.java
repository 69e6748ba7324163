package org.m2mx.tests.sipcontainer;

import jakarta.annotation.Resource;
import jakarta.ejb.EJBAccessException;
import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.TimerService;
import org.m2mx.sipcontainer.continuation.Continuations;

/**
 * Answers OPTIONS at once, MESSAGE later, from a timer, PUBLISH from a thread of its own making,
 * and REGISTER to whom the descriptor lets.
 */
@javax.servlet.sip.annotation.SipServlet(name = "visits", loadOnStartup = 1)
public class VisitServlet extends SipServlet {
  private static final long serialVersionUID = 1L;
  private static final long DELAY_MILLIS = 20;

  @Inject private transient Visits visits;
  @Resource private transient TimerService timers;
  @Inject private transient Continuations continuations;
  @Inject private transient Regulars regulars;

  @Override
  protected void doOptions(SipServletRequest options) throws ServletException, IOException {
    SipServletResponse answer = options.createResponse(SipServletResponse.SC_OK);
    visits.describe(answer);
    answer.setHeader("X-Regular", regulars.isRegular());
    answer.setHeader("X-Caller", callerIfLetIn());
    answer.send();
  }

  private String callerIfLetIn() {
    try {
      return regulars.caller();
    } catch (EJBAccessException e) {
      return "refused";
    }
  }

  @Override
  protected void doRegister(SipServletRequest register) throws ServletException, IOException {
    SipServletResponse answer = register.createResponse(SipServletResponse.SC_OK);
    answer.setHeader("X-User", register.getRemoteUser());
    answer.setHeader("X-Caller", regulars.caller());
    Executor later = continuations.in(register.getApplicationSession());
    new Thread(
            () ->
                later.execute(
                    () -> {
                      answer.setHeader("X-Caller-Later", regulars.caller());
                      send(answer);
                    }))
        .start();
  }

  @Override
  protected void doPublish(SipServletRequest publish) throws ServletException, IOException {
    Executor later = continuations.in(publish.getApplicationSession());
    new Thread(() -> later.execute(() -> answer(publish))).start();
  }

  private void answer(SipServletRequest publish) {
    visits.record(publish.getFrom().getURI().toString());
    SipServletResponse answer = publish.createResponse(SipServletResponse.SC_OK);
    visits.describe(answer);
    send(answer);
  }

  private static void send(SipServletResponse answer) {
    try {
      answer.send();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected void doMessage(SipServletRequest message) throws ServletException, IOException {
    visits.record(message.getFrom().getURI().toString());
    message.getApplicationSession().setAttribute(AnswerTimer.REQUEST, message);
    timers.createTimer(message.getApplicationSession(), DELAY_MILLIS, false, null);
  }
}
