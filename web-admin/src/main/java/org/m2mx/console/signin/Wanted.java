package org.m2mx.console.signin;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The page that a browser asked for before anybody had signed in in it. The browser keeps it
 * itself, so that the server needs no session for those who only look at the sign-in page.
 */
final class Wanted {
  private static final String NAME = "__Host-m2mx-wanted";
  private static final int LONGEST = 2000;
  private static final int SECONDS = 600;

  private Wanted() {}

  /**
   * Has the browser keep a page of this console.
   *
   * @param page path and query
   */
  static void remember(HttpServletResponse response, String page) {
    if (page.length() <= LONGEST) {
      var text = Base64.getUrlEncoder().withoutPadding().encodeToString(page.getBytes(UTF_8));
      response.addCookie(cookie(text, SECONDS));
    }
  }

  /** That page, once; empty when there is none, or what the browser has kept is none of ours. */
  static Optional<String> take(HttpServletRequest request, HttpServletResponse response) {
    var kept =
        Stream.ofNullable(request.getCookies())
            .flatMap(Arrays::stream)
            .filter(cookie -> cookie.getName().equals(NAME))
            .findFirst();
    kept.ifPresent(cookie -> response.addCookie(cookie("", 0)));
    return kept.flatMap(cookie -> page(cookie.getValue()))
        .filter(page -> page.startsWith(request.getContextPath() + '/'))
        .filter(page -> page.chars().noneMatch(Character::isISOControl));
  }

  private static Optional<String> page(String text) {
    try {
      return Optional.of(new String(Base64.getUrlDecoder().decode(text), UTF_8));
    } catch (IllegalArgumentException e) {
      // Not written by this console.
      return Optional.empty();
    }
  }

  private static Cookie cookie(String value, int seconds) {
    var cookie = new Cookie(NAME, value);
    cookie.setPath("/");
    cookie.setSecure(true);
    cookie.setHttpOnly(true);
    // The way back from an OpenID provider is a link from elsewhere.
    cookie.setAttribute("SameSite", "Lax");
    cookie.setMaxAge(seconds);
    return cookie;
  }
}
