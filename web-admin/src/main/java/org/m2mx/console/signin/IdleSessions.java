package org.m2mx.console.signin;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebListener;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Ends sessions in which nothing happens, an operator's as a subscriber's, with all that they hold.
 * {@link EndedSession} says so to whoever comes back.
 */
@WebListener
public class IdleSessions implements HttpSessionListener {
  private static final Logger LOG = System.getLogger(IdleSessions.class.getName());
  private static final String KEY = "m2mx.console.session-timeout";
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofDays(1);

  private final Duration timeout;
  private final Clock clock;

  /**
   * @param timeout {@code m2mx.console.session-timeout}: how long nothing may happen, {@code PT1S}
   *     to {@code P1D}; parts of seconds do not count
   * @param clock tells whether a session that ends was idle
   * @throws IllegalArgumentException when it is shorter or longer
   */
  @Inject
  public IdleSessions(
      @ConfigProperty(name = KEY, defaultValue = "PT30M") Duration timeout, Clock clock) {
    if (timeout.compareTo(LEAST) < 0 || timeout.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(
          "%s=%s: give PT1S to P1D, such as PT30M".formatted(KEY, timeout));
    }
    this.timeout = timeout;
    this.clock = clock;
  }

  @Override
  public void sessionCreated(HttpSessionEvent event) {
    event.getSession().setMaxInactiveInterval((int) timeout.toSeconds());
  }

  @Override
  public void sessionDestroyed(HttpSessionEvent event) {
    var session = event.getSession();
    if (clock.millis() - session.getLastAccessedTime() >= timeout.toSeconds() * 1000) {
      whose(session)
          .ifPresent(
              who -> LOG.log(Level.INFO, "Session of {0} ended: idle for {1}", who, timeout));
    }
  }

  private static Optional<String> whose(HttpSession session) {
    return SessionMark.operator(session)
        .map(name -> "operator " + name)
        .or(() -> SubscriberSession.pass(session).map(pass -> "subscriber " + pass.aor()));
  }
}
