package org.m2mx.console.language;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Locale;

/**
 * In which language to word what is no page: as chosen in the console, or else as Accept-Language
 * says, or else English.
 */
public final class RequestLanguage {
  private RequestLanguage() {}

  /** The language of an answer. */
  public static Locale of(HttpServletRequest request) {
    return LanguageChoice.of(request).orElseGet(() -> preferred(request));
  }

  private static Locale preferred(HttpServletRequest request) {
    return Collections.list(request.getLocales()).stream()
        .flatMap(
            wanted ->
                Languages.OFFERED.stream()
                    .filter(offered -> offered.getLanguage().equals(wanted.getLanguage())))
        .findFirst()
        .orElse(Locale.ENGLISH);
  }
}
