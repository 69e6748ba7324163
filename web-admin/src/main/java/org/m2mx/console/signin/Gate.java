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
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.m2mx.console.metrics.MetricsServlet;
import org.m2mx.console.openid.ProviderSession;
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
 * it takes one. For whom an OpenID provider vouches, all that is the provider's part. Where this
 * gate does not stand, nobody acts, and the registry shows nothing.
 */
@WebFilter(urlPatterns = "/*")
public class Gate extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(Gate.class.getName());
  private static final String CODE_PAGE = "/code.xhtml";
  private static final String PASSWORD_PAGE = "/password.xhtml";
  private static final String SECOND_FACTOR_PAGE = "/second-factor.xhtml";
  private static final String NO_PASSWORDS = "/sign-in-refused.xhtml?passwords";
  private static final Set<String> PAGES_OF_PASSWORDS = Set.of(PASSWORD_PAGE, SECOND_FACTOR_PAGE);

  private final transient SignIn signIn;
  private final transient SecondStep secondStep;
  private final transient SecondFactorPolicy policy;
  private final transient PasswordPolicy passwords;
  private final transient Acting acting;
  private final transient Clock clock;

  /**
   * @param signIn who operators are
   * @param secondStep what they have to show beside the password
   * @param policy who has to have something to show
   * @param passwords who gets in by a password at all
   * @param acting is told who acts
   * @param clock tells whether a provider's word still holds
   */
  @Inject
  public Gate(
      SignIn signIn,
      SecondStep secondStep,
      SecondFactorPolicy policy,
      PasswordPolicy passwords,
      Acting acting,
      Clock clock) {
    this.signIn = signIn;
    this.secondStep = secondStep;
    this.policy = policy;
    this.passwords = passwords;
    this.acting = acting;
    this.clock = clock;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!isFile(request) && FormBody.isRefused(request, response)) {
      return;
    }
    if (isOfOthers(request.getServletPath())) {
      chain.doFilter(request, response);
      return;
    }
    var entry = Entry.of(request, clock.instant());
    if (entry.isEmpty()) {
      if (ProviderSession.idToken(request).isPresent()) {
        // Vouched for too long ago: what the session holds is not for who signs in next.
        SessionMark.end(request);
      }
      Strangers.serve(request, response, chain);
      return;
    }
    var operator = signIn.operator(entry.get().name());
    var reason = whyOut(entry.get(), operator, request);
    if (reason.isPresent()) {
      LOG.log(
          Level.INFO,
          "Session of operator {0} ended, from {1}: {2}",
          entry.get().name(),
          request.getRemoteAddr(),
          reason.get());
      SessionMark.end(request);
      response.sendRedirect(
          operator.isEmpty() || mayEnter(entry.get(), operator.get())
              ? whereAgain(request)
              : request.getContextPath() + NO_PASSWORDS);
      return;
    }
    admit(entry.get(), operator.get(), request, response, chain);
  }

  /** Whether it takes memory to read what was sent: that is for those who are signed in. */
  private static boolean isFile(HttpServletRequest request) {
    var type = request.getContentType();
    return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/");
  }

  /** What is no operator's, and has a gate of its own or needs none. */
  private static boolean isOfOthers(String path) {
    return path.startsWith("/jakarta.faces.resource/")
        || path.equals(KeyGate.PATH)
        || path.startsWith(KeyGate.PATH + '/')
        || path.equals(SubscriberGate.PATH)
        || path.startsWith(SubscriberGate.PATH + '/')
        || path.equals(MetricsServlet.PATH)
        || path.equals("/account")
        || path.startsWith("/openid/");
  }

  private Optional<String> whyOut(
      Entry entry, Optional<Operator> operator, HttpServletRequest request) {
    if (operator.isEmpty()) {
      return Optional.of("there is no such operator");
    }
    if (!SessionMark.fits(request, operator.get())) {
      return Optional.of("another password since");
    }
    return mayEnter(entry, operator.get())
        ? Optional.empty()
        : Optional.of("passwords are not for " + operator.get().role());
  }

  private boolean mayEnter(Entry entry, Operator operator) {
    return entry.vouched() || passwords.admits(operator);
  }

  private void admit(
      Entry entry,
      Operator operator,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    var home = request.getContextPath() + '/';
    var wanted = Wanted.take(request, response).filter(page -> !page.equals(home));
    if (wanted.isPresent() && request.getRequestURI().equals(home)) {
      response.sendRedirect(wanted.get());
      return;
    }
    var only =
        onlyPage(entry, operator, request).filter(page -> !page.equals(request.getServletPath()));
    if (only.isEmpty()) {
      if (FormBody.isRefused(request, response)) {
        return;
      }
      serve(actor(operator, request), request, response, chain);
      return;
    }
    var where = request.getContextPath() + only.get();
    if (PartialRedirect.isAskedFor(request)) {
      PartialRedirect.send(response, where);
    } else {
      SecondProof.remember(request, whereAgain(request));
      response.sendRedirect(where);
    }
  }

  /** The one page that is open to an operator as things are; empty when all are. */
  private Optional<String> onlyPage(Entry entry, Operator operator, HttpServletRequest request) {
    if (entry.vouched()) {
      // Neither password nor app is asked for: that is the provider's part.
      return PAGES_OF_PASSWORDS.contains(request.getServletPath())
          ? Optional.of("/")
          : Optional.empty();
    }
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
    if (!Strangers.isLook(request)) {
      return request.getContextPath() + '/';
    }
    return Strangers.pathAndQuery(request.getRequestURI(), request.getQueryString());
  }
}
