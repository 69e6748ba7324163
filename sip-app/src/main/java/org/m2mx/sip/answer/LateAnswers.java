package org.m2mx.sip.answer;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.m2mx.sip.timer.Timers;

/** Sends answers after a while. No thread waits: the container's timers do. */
@Singleton
public class LateAnswers {
  private static final Logger LOG = System.getLogger(LateAnswers.class.getName());

  /** Each holds a transaction and a session; who is slowed shall not fill the memory with them. */
  private static final int MOST_WAITING = 10_000;

  private static final String ENDS = "org.m2mx.sip.answer.ends";

  private final Timers timers;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * @param timers to wait with
   */
  @Inject
  public LateAnswers(Timers timers) {
    this.timers = timers;
  }

  /**
   * Sends a response.
   *
   * @param response final
   * @param delay how long to wait; with zero, and when very many wait already, it goes at once
   * @throws IOException if it goes at once and cannot be sent
   */
  public void send(SipServletResponse response, Duration delay) throws IOException {
    if (delay.isZero() || waiting.get() >= MOST_WAITING) {
      response.send();
      return;
    }
    waiting.incrementAndGet();
    timers.after(response.getApplicationSession(), delay, () -> sendNow(response));
  }

  /**
   * Ends the session of a request that nothing follows, lest it wait for its time-out. When an
   * answer is still to come, it ends after that.
   *
   * @param request answered, or to be answered late
   */
  public static void end(SipServletRequest request) {
    SipApplicationSession session = request.getApplicationSession();
    if (session.getTimers().isEmpty()) {
      session.invalidate();
    } else {
      session.setAttribute(ENDS, true);
    }
  }

  private void sendNow(SipServletResponse response) {
    waiting.decrementAndGet();
    SipApplicationSession session = response.getApplicationSession();
    try {
      response.send();
    } catch (IOException | IllegalStateException gone) {
      LOG.log(
          Level.DEBUG,
          "Nobody waits any more for the late {0}, Call-ID {1}: {2}",
          response.getStatus(),
          response.getCallId(),
          gone.getMessage());
    }
    if (session.getAttribute(ENDS) != null) {
      session.invalidate();
    }
  }
}
