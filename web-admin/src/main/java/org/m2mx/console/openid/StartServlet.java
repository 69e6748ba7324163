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

/** Where a browser sets out to the provider. */
@WebServlet(urlPatterns = "/openid/start")
public class StartServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(StartServlet.class.getName());

  private final transient Provider provider;
  private final transient ReturnAddress address;
  private final transient SecureRandom random;
  private final transient Clock clock;

  /**
   * @param provider where the browser goes
   * @param address where it comes back
   * @param random where its secret comes from
   * @param clock tells when it set out
   */
  @Inject
  public StartServlet(Provider provider, ReturnAddress address, SecureRandom random, Clock clock) {
    this.provider = provider;
    this.address = address;
    this.random = random;
    this.clock = clock;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    var attempt = Attempt.begin(random, clock.instant());
    try {
      var entrance =
          provider.entrance(attempt, address.callback(), request.getParameter("anew") != null);
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
