package org.m2mx.sipcontainer.timer;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.mobicents.servlet.sip.core.SipContext;
import org.mobicents.servlet.sip.core.session.MobicentsSipApplicationSession;
import org.mobicents.servlet.sip.core.session.SipApplicationSessionEventType;
import org.mobicents.servlet.sip.core.timers.SipApplicationSessionTimerService;
import org.mobicents.servlet.sip.core.timers.SipApplicationSessionTimerTask;

/** Ends application sessions whose time is over (JSR 289 section 6.1.2). */
public final class SessionExpiry implements SipApplicationSessionTimerService {
  private static final Logger LOG = System.getLogger(SessionExpiry.class.getName());

  private final Timers timers;
  private final Clock clock;

  /** Takes the threads to run on and the time. */
  public SessionExpiry(Timers timers, Clock clock) {
    this.timers = timers;
    this.clock = clock;
  }

  @Override
  public SipApplicationSessionTimerTask createSipApplicationSessionTimerTask(
      MobicentsSipApplicationSession session) {
    return new Expiry(session);
  }

  @Override
  public SipApplicationSessionTimerTask schedule(
      SipApplicationSessionTimerTask task, long delay, TimeUnit unit) {
    Expiry expiry = (Expiry) task;
    expiry.future = timers.executor().schedule(expiry, delay, unit);
    return expiry;
  }

  @Override
  public boolean cancel(SipApplicationSessionTimerTask task) {
    Future<?> future = ((Expiry) task).future;
    return future != null && future.cancel(false);
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

  private final class Expiry implements SipApplicationSessionTimerTask {
    private volatile MobicentsSipApplicationSession session;
    private volatile Future<?> future;

    Expiry(MobicentsSipApplicationSession session) {
      this.session = session;
    }

    @Override
    public void run() {
      MobicentsSipApplicationSession expiring = session;
      if (expiring == null) {
        return;
      }
      try {
        if (getDelay() > 0) {
          reschedule(expiring);
        } else {
          expire(expiring);
        }
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "Application session " + expiring.getKey() + " did not expire", e);
      }
    }

    /** Each message a session sees moves its end; this catches up when the old end is reached. */
    private void reschedule(MobicentsSipApplicationSession expiring) {
      expiring.setExpirationTimerTask(
          SessionExpiry.this.schedule(
              createSipApplicationSessionTimerTask(expiring), getDelay(), TimeUnit.MILLISECONDS));
    }

    private void expire(MobicentsSipApplicationSession expiring) {
      SipContext context = expiring.getSipContext();
      context.enterSipApp(expiring, null, false, true);
      try {
        expiring.setExpirationTimerTask(null);
        expiring.notifySipApplicationSessionListeners(SipApplicationSessionEventType.EXPIRATION);
        if (getDelay() <= 0) {
          expiring.setExpired(true);
          if (expiring.isValidInternal()) {
            expiring.invalidate(true);
          }
        }
      } finally {
        context.exitSipApp(expiring, null);
        session = null;
      }
    }

    @Override
    public MobicentsSipApplicationSession getSipApplicationSession() {
      return session;
    }

    @Override
    public void setSipApplicationSession(MobicentsSipApplicationSession newSession) {
      session = newSession;
    }

    @Override
    public long getDelay() {
      return session == null ? -1 : session.getExpirationTimeInternal() - clock.millis();
    }
  }
}
