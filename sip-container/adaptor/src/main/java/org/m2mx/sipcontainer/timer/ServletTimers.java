package org.m2mx.sipcontainer.timer;

import java.io.Serializable;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.servlet.sip.ServletTimer;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.TimerListener;
import org.mobicents.servlet.sip.core.session.MobicentsSipApplicationSession;
import org.mobicents.servlet.sip.core.timers.ServletTimerImpl;
import org.mobicents.servlet.sip.core.timers.SipServletTimerService;

/** The timer service applications see (JSR 289 section 7.1). Nothing is persistent. */
public final class ServletTimers implements SipServletTimerService {
  private static final long serialVersionUID = 1L;

  private final transient Timers timers;

  /** Takes the threads to run on. */
  public ServletTimers(Timers timers) {
    this.timers = timers;
  }

  @Override
  public ServletTimer createTimer(
      SipApplicationSession session, long delay, boolean persistent, Serializable info) {
    MobicentsSipApplicationSession owner = (MobicentsSipApplicationSession) session;
    ServletTimerImpl timer = new ServletTimerImpl(info, delay, listener(owner), owner);
    timer.setFuture(timers.executor().schedule(timer, delay, TimeUnit.MILLISECONDS));
    owner.addServletTimer(timer);
    return timer;
  }

  @Override
  public ServletTimer createTimer(
      SipApplicationSession session,
      long delay,
      long period,
      boolean fixedDelay,
      boolean persistent,
      Serializable info) {
    if (period < 1) {
      throw new IllegalArgumentException("the period is in milliseconds and at least 1");
    }
    MobicentsSipApplicationSession owner = (MobicentsSipApplicationSession) session;
    ServletTimerImpl timer =
        new ServletTimerImpl(info, delay, fixedDelay, period, listener(owner), owner);
    timer.setFuture(repeat(timer, delay, period, fixedDelay));
    owner.addServletTimer(timer);
    return timer;
  }

  private ScheduledFuture<?> repeat(Runnable task, long delay, long period, boolean fixedDelay) {
    return fixedDelay
        ? timers.executor().scheduleWithFixedDelay(task, delay, period, TimeUnit.MILLISECONDS)
        : timers.executor().scheduleAtFixedRate(task, delay, period, TimeUnit.MILLISECONDS);
  }

  private static TimerListener listener(MobicentsSipApplicationSession session) {
    if (!session.isValid()) {
      throw new IllegalStateException("the application session is no longer valid");
    }
    if (!session.hasTimerListener()) {
      throw new IllegalStateException(
          "the application has no @SipListener that is a TimerListener");
    }
    return session.getSipContext().getListeners().getTimerListener();
  }

  @Override
  public void start() {
    // The threads run as long as the container.
  }

  @Override
  public void stop() {
    // The threads run as long as the container.
  }

  @Override
  public boolean isStarted() {
    return !timers.executor().isShutdown();
  }
}
