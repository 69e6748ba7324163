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
import java.util.Optional;
import org.m2mx.registry.access.AccessDeniedException;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.operator.Operator;
import org.m2mx.registry.operator.SignIn;
import org.m2mx.registry.secondfactor.SecondStep;

/**
 * Tells the registry on whose behalf a request is served. Whom it does not know as an operator, or
 * who has signed in with a password that is no longer the present one, is signed out. Who has an
 * authenticator app is led to the page that asks for its code, and nowhere else before it is shown;
 * who has a one-time password, to the page where it is changed; who needs an app, to the page where
 * it takes one. Where this gate does not stand, nobody acts, and the registry shows nothing.
 */
@WebFilter(urlPatterns = "/*")
public class Gate extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(Gate.class.getName());
  private static final String CODE_PAGE = "/code.xhtml";
  private static final String PASSWORD_PAGE = "/password.xhtml";
  private static final String SECOND_FACTOR_PAGE = "/second-factor.xhtml";
  private static final String RESOURCES = "/jakarta.faces.resource/";

  private final transient SignIn signIn;
  private final transient SecondStep secondStep;
  private final transient SecondFactorPolicy policy;
  private final transient Acting acting;

  /**
   * @param signIn who operators are
   * @param secondStep what they have to show beside the password
   * @param policy who has to have something to show
   * @param acting is told who acts
   */
  @Inject
  public Gate(SignIn signIn, SecondStep secondStep, SecondFactorPolicy policy, Acting acting) {
    this.signIn = signIn;
    this.secondStep = secondStep;
    this.policy = policy;
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
      return;
    }
    var onlyPage = onlyPage(operator.get(), request);
    if (onlyPage.isPresent() && !request.getServletPath().equals(onlyPage.get())) {
      var where = request.getContextPath() + onlyPage.get();
      if (PartialRedirect.isAskedFor(request)) {
        PartialRedirect.send(response, where);
      } else {
        SecondProof.remember(request, whereAgain(request));
        response.sendRedirect(where);
      }
    } else {
      serve(actor(operator.get(), request), request, response, chain);
    }
  }

  /** The one page that is open to an operator as things are; empty when all are. */
  private Optional<String> onlyPage(Operator operator, HttpServletRequest request) {
    var factor = secondStep.of(operator);
    if (factor.isPresent() && !SecondProof.isGiven(request, factor.get())) {
      return Optional.of(CODE_PAGE);
    }
    if (operator.mustChangePassword()) {
      return Optional.of(PASSWORD_PAGE);
    }
    return factor.isEmpty() && policy.requires(operator)
        ? Optional.of(SECOND_FACTOR_PAGE)
        : Optional.empty();
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

  // A page is asked for again after the new sign-in; a form is gone with its session.
  private static String whereAgain(HttpServletRequest request) {
    if (!request.getMethod().equals("GET")) {
      return request.getContextPath() + '/';
    }
    var query = request.getQueryString();
    return request.getRequestURI() + (query == null ? "" : '?' + query);
  }
}
