package org.m2mx.console.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.Optional;
import org.m2mx.registry.itself.SubscriberSignIn.Pass;

/** Which subscriber has signed in, in the session. */
final class SubscriberSession {
  private static final String PASS = SubscriberSession.class.getName();

  private SubscriberSession() {}

  /** Begins it, under another session key: one that was planted before is good for nothing. */
  static void begin(HttpServletRequest request, Pass pass) {
    request.getSession();
    request.changeSessionId();
    request.getSession().setAttribute(PASS, pass);
  }

  /** Who has signed in. */
  static Optional<Pass> pass(HttpServletRequest request) {
    return Optional.ofNullable(request.getSession(false)).flatMap(SubscriberSession::pass);
  }

  /** Whose session it is; empty when it is no subscriber's. */
  static Optional<Pass> pass(HttpSession session) {
    return Optional.ofNullable((Pass) session.getAttribute(PASS));
  }

  /** The subscriber is signed in no longer; an operator in the same browser stays so. */
  static void end(HttpServletRequest request) {
    var session = request.getSession(false);
    if (session != null) {
      session.removeAttribute(PASS);
    }
  }
}
