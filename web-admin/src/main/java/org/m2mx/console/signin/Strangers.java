package org.m2mx.console.signin;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;

/**
 * Requests of browsers in which nobody has signed in, or not any more. They get the sign-in page in
 * the place of whatever they ask for, and that afterwards. A form, or a click whose script waits
 * for an update of its page, is gone with its session: the page that it belongs to is loaded anew.
 */
final class Strangers {
  private static final String SIGN_IN = "/sign-in.xhtml";
  private static final Set<String> OPEN =
      Set.of(SIGN_IN, "/sign-in-failed.xhtml", "/sign-in-refused.xhtml", "/signed-out.xhtml");

  private Strangers() {}

  static void serve(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (PartialRedirect.isAskedFor(request)) {
      PartialRedirect.send(response, page(request));
    } else if (!isLook(request)) {
      response.sendRedirect(page(request));
    } else if (OPEN.contains(request.getServletPath())) {
      chain.doFilter(request, response);
    } else {
      if (isWorthComingBackTo(request)) {
        Wanted.remember(response, pathAndQuery(request.getRequestURI(), request.getQueryString()));
      }
      request.getRequestDispatcher(SIGN_IN).forward(request, response);
    }
  }

  /** Whether a request changes nothing and can be made again. */
  static boolean isLook(HttpServletRequest request) {
    return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
  }

  // A page or a file: after a wrong password, browsers are at the address that takes passwords.
  private static boolean isWorthComingBackTo(HttpServletRequest request) {
    var path = request.getRequestURI();
    return path.equals(request.getContextPath() + '/')
        || path.endsWith(".xhtml")
        || path.endsWith(".csv");
  }

  /** Path and query as a browser asks for them. */
  static String pathAndQuery(String path, String query) {
    return query == null ? path : path + '?' + query;
  }

  private static String page(HttpServletRequest request) {
    var home = request.getContextPath() + '/';
    return Optional.ofNullable(request.getHeader("Referer"))
        .flatMap(Strangers::pathAndQuery)
        .filter(path -> path.startsWith(home))
        .orElse(home);
  }

  private static Optional<String> pathAndQuery(String referer) {
    try {
      var uri = new URI(referer);
      return Optional.ofNullable(uri.getRawPath())
          .map(path -> pathAndQuery(path, uri.getRawQuery()));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
