package org.m2mx.sipcontainer.timer;

import java.lang.ref.WeakReference;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;
import org.mobicents.servlet.sip.core.timers.ProxyTimerService;

/**
 * Timers of proxy branches, timer C among them (RFC 3261 section 16.8). A branch cancels its task
 * without telling the service, and forgets it; so the queue holds tasks weakly, lest each answered
 * call be kept for three minutes more.
 */
public final class ProxyTimers implements ProxyTimerService {
  private final Timers timers;

  /** Takes the threads to run on. */
  public ProxyTimers(Timers timers) {
    this.timers = timers;
  }

  @Override
  public void schedule(TimerTask task, long delayMillis) {
    WeakReference<TimerTask> reference = new WeakReference<>(task);
    timers.executor().schedule(() -> run(reference.get()), delayMillis, TimeUnit.MILLISECONDS);
  }

  private static void run(TimerTask task) {
    if (task != null) {
      task.run();
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
