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
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.console.problem.Problem;
import org.m2mx.console.problem.Problem.Kind;
import org.m2mx.console.rest.TryServlet;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.api.ApiKeys;
import org.m2mx.registry.credential.Token;
import org.m2mx.registry.limit.RateLimit;

/**
 * Lets programs in by their keys, and tells the registry on whose behalf a request is served. A
 * session of an operator, which a browser would send along unasked, counts for nothing here.
 */
@WebFilter(urlPatterns = KeyGate.PATH + "/*")
public class KeyGate extends HttpFilter {
  /** What it guards. */
  static final String PATH = "/api";

  private static final long serialVersionUID = 1L;
  private static final String SCHEME = "Bearer ";
  private static final String DESCRIPTION = "/openapi.json";
  private static final int WRONG_A_MINUTE = 30;

  private final transient ApiKeys keys;
  private final transient Acting acting;
  private final transient RateLimit wrong;
  private final transient RateLimit requests;

  /**
   * @param keys know who has which key
   * @param acting is told who acts
   * @param clock tells how often somebody asks
   * @param aMinute {@code m2mx.api.requests-per-minute}: how many requests a key is good for,
   *     default 1200
   * @throws IllegalArgumentException if that is below 1
   */
  @Inject
  public KeyGate(
      ApiKeys keys,
      Acting acting,
      Clock clock,
      @ConfigProperty(name = "m2mx.api.requests-per-minute", defaultValue = "1200") int aMinute) {
    if (aMinute < 1) {
      throw new IllegalArgumentException(
          "m2mx.api.requests-per-minute=" + aMinute + ": give 1 or more");
    }
    this.keys = keys;
    this.acting = acting;
    this.wrong = new RateLimit(WRONG_A_MINUTE, Duration.ofMinutes(1), clock);
    this.requests = new RateLimit(aMinute, Duration.ofMinutes(1), clock);
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (DESCRIPTION.equals(request.getPathInfo())
        || TryServlet.PATH.equals(request.getServletPath())) {
      chain.doFilter(request, response);
      return;
    }
    var token = token(request);
    var key = token.flatMap(keys::use);
    if (key.isEmpty()) {
      refuse(request, response, token.isPresent());
      return;
    }
    var wait = requests.ask(Long.toString(key.get().id()));
    if (!wait.isZero()) {
      tell(response, wait);
      return;
    }
    KeyHolder.remember(request, token.get(), key.get());
    acting.<IOException, ServletException>as(
        key.get().actor(request.getRemoteAddr()), () -> chain.doFilter(request, response));
  }

  private static Optional<Token> token(HttpServletRequest request) {
    return Optional.ofNullable(request.getHeader("Authorization"))
        .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
        .map(header -> Token.shown(header.substring(SCHEME.length()).strip()));
  }

  // Expired, revoked and never made are one answer.
  private void refuse(HttpServletRequest request, HttpServletResponse response, boolean shown)
      throws IOException {
    var wait = shown ? wrong.ask(request.getRemoteAddr()) : Duration.ZERO;
    if (!wait.isZero()) {
      tell(response, wait);
      return;
    }
    response.setHeader(
        "WWW-Authenticate",
        shown ? "Bearer realm=\"m2mx\", error=\"invalid_token\"" : "Bearer realm=\"m2mx\"");
    send(
        response,
        Problem.of(
            Kind.UNAUTHENTICATED,
            shown
                ? "This API key does not work, or does not work any more."
                : "Send an API key: Authorization: Bearer <key>."));
  }

  private static void tell(HttpServletResponse response, Duration wait) throws IOException {
    var seconds = wait.toSeconds() + 1;
    response.setHeader("Retry-After", Long.toString(seconds));
    send(response, Problem.of(Kind.RATE_LIMITED, "Ask again in " + seconds + " s."));
  }

  private static void send(HttpServletResponse response, Problem problem) throws IOException {
    response.setStatus(problem.status());
    response.setContentType(Problem.MEDIA_TYPE);
    response.getOutputStream().write(problem.json());
  }
}
