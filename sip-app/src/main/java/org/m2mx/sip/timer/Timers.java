package org.m2mx.sip.timer;

import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import javax.servlet.sip.ServletTimer;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.TimerListener;
import javax.servlet.sip.TimerService;

/**
 * Timers of SIP sessions (JSR 289 section 7). An application has one listener for all of them: this
 * one.
 */
@Singleton
public class Timers implements TimerListener {
  private final Provider<TimerService> service;

  /**
   * @param service the container's, which is there once the application has started
   */
  @Inject
  public Timers(Provider<TimerService> service) {
    this.service = service;
  }

  /**
   * Has something done later, unless the session ends before.
   *
   * @param delay at least a millisecond
   * @return to cancel it by
   * @throws IllegalStateException if the session has ended
   */
  public ServletTimer after(SipApplicationSession session, Duration delay, Due due) {
    return service.get().createTimer(session, delay.toMillis(), false, due);
  }

  @Override
  public void timeout(ServletTimer timer) {
    ((Due) timer.getInfo()).run();
  }
}
