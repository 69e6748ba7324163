package org.m2mx.console.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Locale;
import org.m2mx.console.language.Languages;

/** In which language a program wants its messages: Accept-Language, or English. */
final class RequestLanguage {
  private RequestLanguage() {}

  static Locale of(HttpServletRequest request) {
    return Collections.list(request.getLocales()).stream()
        .flatMap(
            wanted ->
                Languages.OFFERED.stream()
                    .filter(offered -> offered.getLanguage().equals(wanted.getLanguage())))
        .findFirst()
        .orElse(Locale.ENGLISH);
  }
}
