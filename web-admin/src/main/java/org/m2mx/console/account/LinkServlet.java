package org.m2mx.console.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.m2mx.registry.account.AccountLinks;
import org.m2mx.registry.account.AccountLinks.Spent;
import org.m2mx.registry.credential.Token;
import org.m2mx.registry.limit.RateLimit;

/**
 * Hands an account out to whoever has its link, once. To look at the link spends nothing, for mail
 * programs do that before people; to post to it does. A link that is spent, has expired or never
 * was gets 410, all alike.
 *
 * <p>The token is in the address and must not get into a log: WEB-INF/undertow-handlers.conf moves
 * it from there into a header before anything else sees the request.
 */
@WebServlet("/account")
public class LinkServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(LinkServlet.class.getName());
  private static final String TOKEN = "M2mx-Account-Token";
  private static final String JSON = "application/json";
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int ATTEMPTS_A_MINUTE = 30;

  private final transient AccountLinks links;
  private final transient AccountFiles files;
  private final transient RateLimit limit;

  /**
   * @param links spends them
   * @param files makes the account file
   * @param clock tells how often somebody tries
   */
  @Inject
  public LinkServlet(AccountLinks links, AccountFiles files, Clock clock) {
    this.links = links;
    this.files = files;
    this.limit = new RateLimit(ATTEMPTS_A_MINUTE, Duration.ofMinutes(1), clock);
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    if (mayAsk(request, response)) {
      show(request, response, token(request).flatMap(links::whose).isPresent());
    }
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    if (!mayAsk(request, response)) {
      return;
    }
    try {
      // Before the link is spent: it would be lost with nothing to show for it.
      files.check();
      var spent = token(request).flatMap(token -> links.spend(token, request.getRemoteAddr()));
      if (spent.isPresent()) {
        handOut(spent.get(), response);
      } else if (wantsJson(request)) {
        response.setStatus(HttpServletResponse.SC_GONE);
      } else {
        show(request, response, false);
      }
    } catch (AccountException e) {
      LOG.log(Level.ERROR, "No account file for a link: {0}", e.getMessage());
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    }
  }

  private boolean mayAsk(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Referrer-Policy", "no-referrer");
    var wait = limit.ask(request.getRemoteAddr());
    if (wait.isZero()) {
      return true;
    }
    response.setHeader("Retry-After", Long.toString(wait.toSeconds() + 1));
    if (wantsJson(request)) {
      response.setStatus(TOO_MANY_REQUESTS);
    } else {
      response.sendError(TOO_MANY_REQUESTS);
    }
    return false;
  }

  private void handOut(Spent spent, HttpServletResponse response)
      throws IOException, AccountException {
    var file = files.of(spent.aor(), spent.password());
    response.setContentType(JSON);
    response.setCharacterEncoding(UTF_8.name());
    response.setHeader("Content-Disposition", "attachment; filename=\"" + file.fileName() + '"');
    response.getWriter().write(file.json());
  }

  private static void show(HttpServletRequest request, HttpServletResponse response, boolean live)
      throws IOException, ServletException {
    response.setStatus(live ? HttpServletResponse.SC_OK : HttpServletResponse.SC_GONE);
    request.setAttribute("live", live);
    request.getRequestDispatcher("/account-link.xhtml").forward(request, response);
  }

  private static Optional<Token> token(HttpServletRequest request) {
    return Optional.ofNullable(request.getHeader(TOKEN)).map(Token::shown);
  }

  private static boolean wantsJson(HttpServletRequest request) {
    var accept = request.getHeader("Accept");
    return accept != null && accept.contains(JSON);
  }
}
