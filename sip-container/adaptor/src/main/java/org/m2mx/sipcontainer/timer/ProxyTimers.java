package org.m2mx.sipcontainer.timer;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.TimerTask;
import org.mobicents.servlet.sip.core.timers.ProxyTimerService;

/**
 * Timers of proxy branches, timer C among them (RFC 3261 section 16.8). The core's branch cancels
 * its task without telling the service, and forgets it; so the wheel holds tasks weakly, lest each
 * answered call be kept for three minutes more.
 */
public final class ProxyTimers implements ProxyTimerService {
  private final Timers timers;
  private final StackTimer stackTimer;

  /**
   * @param timers the threads to run on, since an application is told
   * @param stackTimer knows the time
   */
  public ProxyTimers(Timers timers, StackTimer stackTimer) {
    this.timers = timers;
    this.stackTimer = stackTimer;
  }

  @Override
  public void schedule(TimerTask task, long delayMillis) {
    set(task, Duration.ofMillis(delayMillis));
  }

  /**
   * Sets a timer.
   *
   * @param task runs on a thread of the timers if it is held by anybody by then
   * @return by which nothing is left of it
   */
  public TimerWheel.Timer set(TimerTask task, Duration delay) {
    WeakReference<TimerTask> reference = new WeakReference<>(task);
    return stackTimer.set(delay, () -> run(reference.get()));
  }

  private void run(TimerTask task) {
    if (task != null && isStarted()) {
      timers.executor().execute(task);
    }
  }

  @Override
  public void cancel(TimerTask task) {
    task.cancel();
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
