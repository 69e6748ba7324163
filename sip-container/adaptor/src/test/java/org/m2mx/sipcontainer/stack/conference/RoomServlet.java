package org.m2mx.sipcontainer.stack.conference;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.servlet.sip.ServletTimer;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.SipSessionsUtil;
import javax.servlet.sip.SipURI;
import javax.servlet.sip.TimerService;
import javax.servlet.sip.annotation.SipApplicationKey;
import org.m2mx.sipcontainer.continuation.Continuations;

/** Everyone who calls one room shares one application session. */
@javax.servlet.sip.annotation.SipServlet(name = "rooms", loadOnStartup = 2)
public class RoomServlet extends SipServlet {
  private static final long serialVersionUID = 1L;
  private static final CyclicBarrier DOORS = new CyclicBarrier(2);
  private static final AtomicInteger INSIDE = new AtomicInteger();

  /** How many threads there have been at once. */
  public static final AtomicInteger MOST = new AtomicInteger();

  /** The key of the application session a request belongs to. */
  @SipApplicationKey
  public static String room(SipServletRequest request) {
    return ((SipURI) request.getRequestURI()).getUser();
  }

  @Override
  public void init() {
    Events.add("init " + getServletName());
  }

  @Override
  protected void doMessage(SipServletRequest message) throws ServletException, IOException {
    SipApplicationSession room = message.getApplicationSession();
    room.setInvalidateWhenReady(!room(message).equals("red"));
    Integer before = (Integer) room.getAttribute("visitors");
    int visitors = before == null ? 1 : before + 1;
    room.setAttribute("visitors", visitors);
    message.getSession().setAttribute("seen", true);
    SipServletResponse answer = message.createResponse(SipServletResponse.SC_OK);
    answer.setHeader("X-Visitors", Integer.toString(visitors));
    answer.setHeader("X-Session", room.getId());
    SipSessionsUtil util = (SipSessionsUtil) getServletContext().getAttribute(SIP_SESSIONS_UTIL);
    answer.setHeader(
        "X-Found", Boolean.toString(util.getApplicationSessionByKey("red", false) == room));
    answer.send();
  }

  @Override
  protected void doOptions(SipServletRequest options) throws ServletException, IOException {
    TimerService timers = (TimerService) getServletContext().getAttribute(TIMER_SERVICE);
    options.getApplicationSession().setAttribute("waiting", options);
    ServletTimer timer =
        timers.createTimer(options.getApplicationSession(), 50, false, "the timer's information");
    Events.add("timer of " + timer.getApplicationSession().getApplicationName());
  }

  /** Stays a while; who comes to a door waits until somebody is at another. */
  @Override
  protected void doSubscribe(SipServletRequest subscribe) throws ServletException, IOException {
    MOST.accumulateAndGet(INSIDE.incrementAndGet(), Math::max);
    try {
      if (room(subscribe).startsWith("door")) {
        DOORS.await(60, TimeUnit.SECONDS);
      } else {
        Thread.sleep(20);
      }
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new ServletException(e);
    } finally {
      INSIDE.decrementAndGet();
    }
    SipServletResponse answer = subscribe.createResponse(SipServletResponse.SC_OK);
    answer.setExpires(0);
    answer.send();
  }

  /** Is content with no ACK, or waits for a PRACK of who knows how. */
  @Override
  protected void doInvite(SipServletRequest invite) throws ServletException, IOException {
    if (invite.getHeader("Supported") == null) {
      invite.createResponse(SipServletResponse.SC_OK).send();
    } else {
      invite.createResponse(SipServletResponse.SC_RINGING).sendReliably();
    }
  }

  /** Answers from elsewhere, after something else has failed there. */
  @Override
  protected void doRegister(SipServletRequest register) throws ServletException, IOException {
    Continuations continuations =
        (Continuations) getServletContext().getAttribute(Continuations.class.getName());
    Executor later = continuations.in(register.getApplicationSession());
    Thread elsewhere =
        new Thread(
            () -> {
              later.execute(
                  () -> {
                    throw new IllegalStateException("a task that fails");
                  });
              later.execute(() -> accept(register));
            });
    elsewhere.start();
  }

  private static void accept(SipServletRequest register) {
    SipServletResponse answer = register.createResponse(SipServletResponse.SC_ACCEPTED);
    answer.setHeader("X-Thread", Thread.currentThread().getName());
    try {
      answer.send();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    register.getApplicationSession().invalidate();
  }

  @Override
  protected void doPublish(SipServletRequest publish) throws ServletException, IOException {
    publish.createResponse(SipServletResponse.SC_OK).send();
    publish.getApplicationSession().invalidate();
  }
}
