package org.m2mx.console.openid;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.m2mx.console.account.ConsoleAddress;
import org.m2mx.console.limit.RateLimit;

/** Where a browser sets out to the provider. */
@WebServlet(urlPatterns = "/openid/start")
public class StartServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(StartServlet.class.getName());
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int ATTEMPTS_A_MINUTE = 30;

  private final transient OpenIdSettings settings;
  private final transient Provider provider;
  private final transient ConsoleAddress address;
  private final transient SecureRandom random;
  private final transient Clock clock;
  private final transient RateLimit limit;

  /**
   * @param settings say whether there is a provider
   * @param provider where the browser goes
   * @param address where it comes back
   * @param random where its secret comes from
   * @param clock tells when it set out
   */
  @Inject
  public StartServlet(
      OpenIdSettings settings,
      Provider provider,
      ConsoleAddress address,
      SecureRandom random,
      Clock clock) {
    this.settings = settings;
    this.provider = provider;
    this.address = address;
    this.random = random;
    this.clock = clock;
    this.limit = new RateLimit(ATTEMPTS_A_MINUTE, Duration.ofMinutes(1), clock);
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    if (!settings.isOn()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    var wait = limit.ask(request.getRemoteAddr());
    if (!wait.isZero()) {
      response.setHeader("Retry-After", Long.toString(wait.toSeconds() + 1));
      response.sendError(TOO_MANY_REQUESTS);
      return;
    }
    var attempt = Attempt.begin(random, clock.instant());
    try {
      var entrance =
          provider.entrance(
              attempt,
              CallbackServlet.address(settings, address),
              request.getParameter("anew") != null);
      AttemptCookie.give(response, attempt);
      response.sendRedirect(entrance.toString());
    } catch (ProviderException e) {
      LOG.log(
          Level.WARNING,
          "No sign-in by the OpenID provider, from {0}: {1}",
          request.getRemoteAddr(),
          e.getMessage());
      Refusal.UNAVAILABLE.show(request, response, null);
    }
  }
}
