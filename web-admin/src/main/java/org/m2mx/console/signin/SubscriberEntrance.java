package org.m2mx.console.signin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import org.m2mx.console.subscriber.AorText;
import org.m2mx.registry.itself.SubscriberSignIn;
import org.m2mx.registry.limit.RateLimit;

/** Where subscribers sign in and out. */
@ApplicationScoped
public class SubscriberEntrance {
  private static final int ATTEMPTS_A_MINUTE = 20;

  private final SubscriberSignIn signIn;
  private final RateLimit limit;

  /** For the client proxy only. */
  protected SubscriberEntrance() {
    signIn = null;
    limit = null;
  }

  /**
   * @param signIn checks passwords
   * @param clock tells how often somebody tries
   */
  @Inject
  public SubscriberEntrance(SubscriberSignIn signIn, Clock clock) {
    this.signIn = signIn;
    this.limit = new RateLimit(ATTEMPTS_A_MINUTE, Duration.ofMinutes(1), clock);
  }

  /** What came of an attempt. */
  public enum Attempt {
    /** The subscriber is in. */
    IN,
    /** Name or password is wrong, or whoever tries is shut out. */
    WRONG,
    /** It was not looked at: there were too many from there. */
    TOO_MANY
  }

  /**
   * Tries to sign in.
   *
   * @param name an address of record as people type it
   */
  public Attempt enter(HttpServletRequest request, String name, String password) {
    if (!limit.ask(request.getRemoteAddr()).isZero()) {
      return Attempt.TOO_MANY;
    }
    try {
      var pass = signIn.signIn(AorText.parse(name), password, request.getRemoteAddr());
      pass.ifPresent(given -> SubscriberSession.begin(request, given));
      return pass.isPresent() ? Attempt.IN : Attempt.WRONG;
    } catch (IllegalArgumentException e) {
      // What is no address is nobody's.
      return Attempt.WRONG;
    }
  }

  /** Signs out. */
  public void leave(HttpServletRequest request) {
    SubscriberSession.end(request);
  }
}
