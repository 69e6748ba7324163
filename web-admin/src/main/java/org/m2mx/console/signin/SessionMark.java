package org.m2mx.console.signin;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import org.m2mx.registry.operator.Operator;

/** Which operator, with which of its passwords, a session was begun by. */
final class SessionMark {
  private static final String NAME = SessionMark.class.getName();

  private SessionMark() {}

  /**
   * Whether the session is this operator's, with its present password; a new session becomes so.
   */
  static boolean fits(HttpServletRequest request, Operator operator) {
    var session = request.getSession();
    var mark = session.getAttribute(NAME);
    if (mark == null) {
      renew(request, operator);
      return true;
    }
    return mark.equals(operator.mark());
  }

  /** Keeps this session when its operator has changed the password in it. */
  static void renew(HttpServletRequest request, Operator operator) {
    request.getSession().setAttribute(NAME, operator.mark());
  }

  /** Ends the session. */
  static void end(HttpServletRequest request) throws ServletException {
    request.logout();
    var session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
  }
}
