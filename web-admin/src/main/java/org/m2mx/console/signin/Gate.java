package org.m2mx.console.signin;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.m2mx.registry.access.AccessDeniedException;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.operator.Operator;
import org.m2mx.registry.operator.SignIn;

/**
 * Tells the registry on whose behalf a request is served. Whom it does not know as an operator, or
 * who has signed in with a password that is no longer the present one, is signed out. Who has a
 * one-time password is led to the page where it is changed, and nowhere else. Where this gate does
 * not stand, nobody acts, and the registry shows nothing.
 */
@WebFilter(urlPatterns = "/*")
public class Gate extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(Gate.class.getName());
  private static final String PASSWORD_PAGE = "/password.xhtml";
  private static final String RESOURCES = "/jakarta.faces.resource/";

  private final transient SignIn signIn;
  private final transient Acting acting;

  /**
   * @param signIn who operators are
   * @param acting is told who acts
   */
  @Inject
  public Gate(SignIn signIn, Acting acting) {
    this.signIn = signIn;
    this.acting = acting;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getRemoteUser() == null
        || request.getServletPath().startsWith(RESOURCES)
        || request.getServletPath().startsWith(KeyGate.PATH + '/')
        || request.getServletPath().startsWith(SubscriberGate.PATH + '/')) {
      chain.doFilter(request, response);
      return;
    }
    var operator = signIn.operator(request.getRemoteUser());
    if (operator.isEmpty() || !SessionMark.fits(request, operator.get())) {
      LOG.log(
          Level.INFO,
          "Session of operator {0} ended, from {1}: {2}",
          request.getRemoteUser(),
          request.getRemoteAddr(),
          operator.isEmpty() ? "there is no such operator" : "another password since");
      SessionMark.end(request);
      response.sendRedirect(whereAgain(request));
    } else if (operator.get().mustChangePassword() && leadsAstray(request)) {
      response.sendRedirect(request.getContextPath() + PASSWORD_PAGE);
    } else {
      serve(actor(operator.get(), request), request, response, chain);
    }
  }

  private void serve(
      Actor actor, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try {
      acting.<IOException, ServletException>as(actor, () -> chain.doFilter(request, response));
    } catch (AccessDeniedException e) {
      response.sendError(HttpServletResponse.SC_FORBIDDEN);
    }
  }

  private static Actor actor(Operator operator, HttpServletRequest request) {
    return new Actor(operator.name(), operator.role(), operator.domain(), request.getRemoteAddr());
  }

  private static boolean leadsAstray(HttpServletRequest request) {
    return !request.getServletPath().equals(PASSWORD_PAGE);
  }

  // A page is asked for again after the new sign-in; a form is gone with its session.
  private static String whereAgain(HttpServletRequest request) {
    if (!request.getMethod().equals("GET")) {
      return request.getContextPath() + '/';
    }
    var query = request.getQueryString();
    return request.getRequestURI() + (query == null ? "" : '?' + query);
  }
}
