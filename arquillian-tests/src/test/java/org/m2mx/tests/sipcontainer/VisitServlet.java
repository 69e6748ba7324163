package org.m2mx.tests.sipcontainer;

import jakarta.annotation.Resource;
import jakarta.ejb.EJBAccessException;
import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.TimerService;
import org.m2mx.sipcontainer.continuation.Continuations;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * Answers OPTIONS at once, MESSAGE later, from a timer, PUBLISH from a thread of its own making,
 * REFER when who sent it has answered a question, and REGISTER to whom the descriptor lets.
 */
@javax.servlet.sip.annotation.SipServlet(name = "visits", loadOnStartup = 1)
public class VisitServlet extends SipServlet {
  private static final long serialVersionUID = 1L;
  private static final long DELAY_MILLIS = 20;
  private static final String WAITING = "waiting";

  @Inject private transient SipFactory factory;
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

  @Override
  protected void doRefer(SipServletRequest refer) throws ServletException, IOException {
    SipServletRequest question =
        factory.createRequest(
            refer.getApplicationSession(),
            "OPTIONS",
            "sip:visits@example.org",
            "sip:alice@example.org");
    question.setRequestURI(refer.getAddressHeader("Contact").getURI());
    question.pushRoute(Flow.of(refer).route());
    question.getSession().setAttribute(WAITING, refer);
    question.send();
  }

  @Override
  protected void doSuccessResponse(SipServletResponse response) {
    SipServletRequest refer = (SipServletRequest) response.getSession().getAttribute(WAITING);
    SipServletResponse answer = refer.createResponse(SipServletResponse.SC_ACCEPTED);
    visits.record(response.getTo().getURI().toString());
    visits.describe(answer);
    answer.setHeader("X-Regular", regulars.isRegular());
    send(answer);
  }
}
