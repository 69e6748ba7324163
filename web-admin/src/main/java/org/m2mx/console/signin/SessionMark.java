package org.m2mx.console.signin;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.util.Optional;
import org.m2mx.registry.operator.Operator;

/** Which operator, with which of its passwords, a session was begun by. */
final class SessionMark {
  private static final String NAME = SessionMark.class.getName();

  private SessionMark() {}

  private record Mark(String name, String mark) implements Serializable {}

  /**
   * Whether the session is this operator's, with its present password; a new session becomes so.
   */
  static boolean fits(HttpServletRequest request, Operator operator) {
    var mark = mark(request.getSession());
    if (mark.isEmpty()) {
      renew(request, operator);
      return true;
    }
    return mark.get().mark().equals(operator.mark());
  }

  /** Keeps this session when its operator has changed the password in it. */
  static void renew(HttpServletRequest request, Operator operator) {
    request.getSession().setAttribute(NAME, new Mark(operator.name(), operator.mark()));
  }

  /** The name of the operator whose session it is; empty when it is none's. */
  static Optional<String> operator(HttpSession session) {
    return mark(session).map(Mark::name);
  }

  /** Ends the session. */
  static void end(HttpServletRequest request) throws ServletException {
    request.logout();
    var session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
  }

  private static Optional<Mark> mark(HttpSession session) {
    return Optional.ofNullable((Mark) session.getAttribute(NAME));
  }
}
