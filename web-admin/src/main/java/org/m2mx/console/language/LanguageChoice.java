package org.m2mx.console.language;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps the language that the operator chose, by following a link with {@code ?language=}, in a
 * cookie: the sign-in page knows it too.
 */
@WebFilter(
    urlPatterns = "*.xhtml",
    dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.FORWARD})
public class LanguageChoice extends HttpFilter {
  static final String NAME = "language";

  private static final long serialVersionUID = 1L;
  private static final Duration KEPT = Duration.ofDays(365);

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    offered(request.getParameter(NAME))
        .ifPresent(chosen -> response.addCookie(cookie(request, chosen)));
    chain.doFilter(request, response);
  }

  /** What was chosen with this request or an earlier one. */
  static Optional<Locale> of(HttpServletRequest request) {
    var kept =
        Stream.ofNullable(request.getCookies())
            .flatMap(Arrays::stream)
            .filter(cookie -> cookie.getName().equals(NAME))
            .map(Cookie::getValue);
    return Stream.concat(Stream.of(request.getParameter(NAME)).filter(Objects::nonNull), kept)
        .flatMap(tag -> offered(tag).stream())
        .findFirst();
  }

  private static Optional<Locale> offered(String tag) {
    return Languages.OFFERED.stream()
        .filter(locale -> locale.toLanguageTag().equals(tag))
        .findFirst();
  }

  private static Cookie cookie(HttpServletRequest request, Locale chosen) {
    var cookie = new Cookie(NAME, chosen.toLanguageTag());
    cookie.setPath(request.getContextPath() + "/");
    cookie.setMaxAge((int) KEPT.toSeconds());
    cookie.setSecure(true);
    cookie.setHttpOnly(true);
    cookie.setAttribute("SameSite", "Lax");
    return cookie;
  }
}
