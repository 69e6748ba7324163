package org.m2mx.console.signin;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.m2mx.registry.access.AccessDeniedException;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.guard.AddressBlock;
import org.m2mx.registry.itself.SubscriberSignIn;
import org.m2mx.registry.limit.RateLimit;

/**
 * Lets subscribers to their own pages, and tells the registry on whose behalf a request is served.
 * Who has not signed in, or has another password since, or is not served any more, is led to the
 * sign-in page. An operator's session counts for nothing here.
 */
@WebFilter(urlPatterns = SubscriberGate.PATH + "/*")
public class SubscriberGate extends HttpFilter {
  /** What it guards. */
  static final String PATH = "/my";

  private static final long serialVersionUID = 1L;
  private static final String SIGN_IN = PATH + "/sign-in.xhtml";
  private static final int TOO_MANY_REQUESTS = 429;

  /** Each may leave a line in the audit trail, which only grows. */
  private static final int POSTS_A_MINUTE = 60;

  /**
   * Each makes a session, of which there are not endlessly many; a carrier's NAT has many homes.
   */
  private static final int VISITS_A_MINUTE = 60;

  private static final String HOME = PATH + "/account.xhtml";

  private final transient SubscriberSignIn signIn;
  private final transient Acting acting;
  private final transient RateLimit limit;
  private final transient RateLimit visits;

  /**
   * @param signIn knows whose sign-in still holds
   * @param acting is told who acts
   * @param clock tells how often a subscriber changes something, and a stranger comes
   */
  @Inject
  public SubscriberGate(SubscriberSignIn signIn, Acting acting, Clock clock) {
    this.signIn = signIn;
    this.acting = acting;
    this.limit = new RateLimit(POSTS_A_MINUTE, Duration.ofMinutes(1), clock);
    this.visits = new RateLimit(VISITS_A_MINUTE, Duration.ofMinutes(1), clock);
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    var pass = SubscriberSession.pass(request).filter(signIn::holds);
    if (pass.isEmpty()) {
      SubscriberSession.end(request);
      if (request.getServletPath().equals(SIGN_IN)) {
        visit(request, response, chain);
      } else {
        lead(request, response, SIGN_IN);
      }
    } else if (request.getServletPath().equals(HOME)) {
      var wait = isPost(request) ? limit.ask(pass.get().aor().toString()) : Duration.ZERO;
      if (!wait.isZero()) {
        refuse(response, wait);
        return;
      }
      try {
        acting.<IOException, ServletException>as(
            Actor.subscriber(pass.get().aor(), request.getRemoteAddr()),
            () -> chain.doFilter(request, response));
      } catch (AccessDeniedException e) {
        response.sendError(HttpServletResponse.SC_FORBIDDEN);
      }
    } else {
      lead(request, response, HOME);
    }
  }

  private void visit(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    var wait =
        request.getSession(false) == null
            ? visits.ask(AddressBlock.around(request.getRemoteAddr()).toString())
            : Duration.ZERO;
    if (wait.isZero()) {
      chain.doFilter(request, response);
    } else {
      refuse(response, wait);
    }
  }

  private static void refuse(HttpServletResponse response, Duration wait) throws IOException {
    response.setHeader("Retry-After", Long.toString(wait.toSeconds() + 1));
    response.sendError(TOO_MANY_REQUESTS);
  }

  private static boolean isPost(HttpServletRequest request) {
    return request.getMethod().equals("POST");
  }

  private static void lead(HttpServletRequest request, HttpServletResponse response, String page)
      throws IOException {
    var where = request.getContextPath() + page;
    if (PartialRedirect.isAskedFor(request)) {
      PartialRedirect.send(response, where);
    } else {
      response.sendRedirect(where);
    }
  }
}
