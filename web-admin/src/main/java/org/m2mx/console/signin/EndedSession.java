package org.m2mx.console.signin;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * When a session has ended, the server answers a click with the sign-in page. A script that waits
 * for an update of its page can do nothing with that, so it is told to load the page anew: the
 * operator signs in and is back where it was.
 */
@WebFilter(
    urlPatterns = "/sign-in.xhtml",
    dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.FORWARD})
public class EndedSession extends HttpFilter {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (PartialRedirect.isAskedFor(request)) {
      forget(request);
      PartialRedirect.send(response, page(request));
    } else {
      chain.doFilter(request, response);
    }
  }

  // The server keeps the click in the session that it has begun for the sign-in, to repeat it
  // afterwards; but the page it
  // belongs to is gone.
  private static void forget(HttpServletRequest request) {
    var session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
  }

  private static String page(HttpServletRequest request) {
    var home = request.getContextPath() + '/';
    return Optional.ofNullable(request.getHeader("Referer"))
        .flatMap(EndedSession::pathAndQuery)
        .filter(path -> path.startsWith(home))
        .orElse(home);
  }

  private static Optional<String> pathAndQuery(String referer) {
    try {
      var uri = new URI(referer);
      var query = uri.getRawQuery() == null ? "" : '?' + uri.getRawQuery();
      return Optional.ofNullable(uri.getRawPath()).map(path -> path + query);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
