package org.m2mx.console.openid;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** A browser's attempt, in its cookie. */
final class AttemptCookie {
  // The prefix has browsers take it from this very host only, and over TLS.
  private static final String NAME = "__Host-m2mx-openid";

  private AttemptCookie() {}

  static void give(HttpServletResponse response, Attempt attempt) {
    response.addCookie(cookie(attempt.toString(), (int) Attempt.LONGEST.toSeconds()));
  }

  /** The attempt, once: the browser forgets it with this answer. */
  static Optional<Attempt> take(HttpServletRequest request, HttpServletResponse response) {
    response.addCookie(cookie("", 0));
    return Stream.ofNullable(request.getCookies())
        .flatMap(Arrays::stream)
        .filter(cookie -> cookie.getName().equals(NAME))
        .findFirst()
        .map(Cookie::getValue)
        .flatMap(Attempt::parse);
  }

  private static Cookie cookie(String value, int seconds) {
    var cookie = new Cookie(NAME, value);
    cookie.setPath("/");
    cookie.setSecure(true);
    cookie.setHttpOnly(true);
    // The way back from the provider is a link from elsewhere.
    cookie.setAttribute("SameSite", "Lax");
    cookie.setMaxAge(seconds);
    return cookie;
  }
}
