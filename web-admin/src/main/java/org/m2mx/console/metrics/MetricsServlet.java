package org.m2mx.console.metrics;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.m2mx.registry.limit.RateLimit;

/**
 * Gives the figures to who shows the token; there is no such page when none is set. It says nothing
 * of subscribers, and acts for nobody.
 */
@WebServlet(MetricsServlet.PATH)
public class MetricsServlet extends HttpServlet {
  /** Below the console. */
  public static final String PATH = "/metrics";

  private static final long serialVersionUID = 1L;
  private static final String SCHEME = "Bearer ";
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int WRONG_A_MINUTE = 30;

  private final transient MetricsToken token;
  private final transient Figures figures;
  private final transient RateLimit wrong;

  /**
   * @param token who shows it gets them
   * @param figures what there is to get
   * @param clock tells how often somebody guesses
   */
  @Inject
  public MetricsServlet(MetricsToken token, Figures figures, Clock clock) {
    this.token = token;
    this.figures = figures;
    this.wrong = new RateLimit(WRONG_A_MINUTE, Duration.ofMinutes(1), clock);
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (token.isSet()) {
      super.service(request, response);
    } else {
      tell(response, HttpServletResponse.SC_NOT_FOUND, "no figures here");
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<String> shown = shown(request);
    if (shown.isEmpty() || !token.is(shown.get())) {
      refuse(request, response, shown.isPresent());
      return;
    }
    response.setContentType(Figures.CONTENT_TYPE);
    figures.write(response.getOutputStream());
  }

  private static Optional<String> shown(HttpServletRequest request) {
    return Optional.ofNullable(request.getHeader("Authorization"))
        .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
        .map(header -> header.substring(SCHEME.length()).strip());
  }

  private void refuse(HttpServletRequest request, HttpServletResponse response, boolean guessed)
      throws IOException {
    Duration wait = guessed ? wrong.ask(request.getRemoteAddr()) : Duration.ZERO;
    if (wait.isZero()) {
      response.setHeader("WWW-Authenticate", "Bearer realm=\"m2mx figures\"");
      tell(response, HttpServletResponse.SC_UNAUTHORIZED, "show the token of " + MetricsToken.KEY);
    } else {
      response.setHeader("Retry-After", Long.toString(wait.toSeconds() + 1));
      tell(response, TOO_MANY_REQUESTS, "too many wrong tokens");
    }
  }

  private static void tell(HttpServletResponse response, int status, String text)
      throws IOException {
    response.setStatus(status);
    response.setContentType("text/plain;charset=utf-8");
    response.getWriter().println(text);
  }
}
