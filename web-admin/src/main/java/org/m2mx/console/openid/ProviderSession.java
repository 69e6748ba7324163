package org.m2mx.console.openid;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.Serializable;
import java.time.Instant;
import java.util.Optional;

/** Whom the provider has vouched for, in the session. */
public final class ProviderSession {
  private static final String PASS = ProviderSession.class.getName();

  private ProviderSession() {}

  private record Pass(String name, String idToken, Instant until) implements Serializable {}

  /** Begins a session of its own: nothing of one that was there before lives on in it. */
  static void begin(HttpServletRequest request, Vouched vouched, Instant until)
      throws ServletException {
    request.logout();
    var before = request.getSession(false);
    if (before != null) {
      before.invalidate();
    }
    request.getSession().setAttribute(PASS, new Pass(vouched.name(), vouched.idToken(), until));
  }

  /** The operator's name; empty when the provider has vouched for nobody, or too long ago. */
  public static Optional<String> operator(HttpServletRequest request, Instant now) {
    return pass(request).filter(pass -> now.isBefore(pass.until())).map(Pass::name);
  }

  /** What the provider said; empty when it has vouched for nobody. */
  public static Optional<String> idToken(HttpServletRequest request) {
    return pass(request).map(Pass::idToken);
  }

  private static Optional<Pass> pass(HttpServletRequest request) {
    return Optional.ofNullable(request.getSession(false))
        .map(session -> (Pass) session.getAttribute(PASS));
  }
}
