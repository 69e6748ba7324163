package org.m2mx.console.language;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The language of this request, and the way to the others. */
@Named
@RequestScoped
public class Language {
  private final HttpServletRequest request;

  /** For the client proxy only. */
  protected Language() {
    this(null);
  }

  /**
   * @param request what the browser asks and prefers
   */
  @Inject
  public Language(HttpServletRequest request) {
    this.request = request;
  }

  /** The chosen language, or the browser's first that the console speaks, or English. */
  public Locale getLocale() {
    return LanguageChoice.of(request)
        .orElseGet(
            () -> {
              var faces = FacesContext.getCurrentInstance();
              return faces.getApplication().getViewHandler().calculateLocale(faces);
            });
  }

  /** The languages to choose from. */
  public List<Locale> getOffered() {
    return Languages.OFFERED;
  }

  /** The query of this page in another language. */
  public String query(Locale locale) {
    var others =
        request.getParameterMap().entrySet().stream()
            .filter(parameter -> !parameter.getKey().equals(LanguageChoice.NAME))
            .filter(parameter -> VIEW_PARAMETERS.contains(parameter.getKey()))
            .flatMap(
                parameter ->
                    Arrays.stream(parameter.getValue())
                        .map(
                            value ->
                                parameter.getKey() + '=' + URLEncoder.encode(value, UTF_8) + '&'))
            .collect(joining());
    return '?' + others + LanguageChoice.NAME + '=' + locale.toLanguageTag();
  }

  private static final List<String> VIEW_PARAMETERS =
      List.of(
          "domain", "aor", "actor", "action", "subject", "from", "until", "before", "party",
          "result", "call", "after", "id", "import", "caller", "callee");
}
