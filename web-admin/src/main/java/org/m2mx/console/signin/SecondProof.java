package org.m2mx.console.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.Optional;
import org.m2mx.registry.secondfactor.SecondFactor;

/** Whether a session has shown a code of its operator's app, and what it was on the way to. */
final class SecondProof {
  private static final String GIVEN = SecondProof.class.getName() + ".given";
  private static final String WANTED = SecondProof.class.getName() + ".wanted";

  private SecondProof() {}

  static boolean isGiven(HttpServletRequest request, SecondFactor factor) {
    return factor.mark().equals(request.getSession().getAttribute(GIVEN));
  }

  /** From now on this session needs to show nothing more; it gets another id. */
  static void give(HttpServletRequest request, SecondFactor factor) {
    request.changeSessionId();
    request.getSession().setAttribute(GIVEN, factor.mark());
  }

  /** Keeps the page that a session is led away from. */
  static void remember(HttpServletRequest request, String page) {
    request.getSession().setAttribute(WANTED, page);
  }

  /** That page, once. */
  static Optional<String> wanted(HttpSession session) {
    var page = Optional.ofNullable((String) session.getAttribute(WANTED));
    session.removeAttribute(WANTED);
    return page;
  }
}
