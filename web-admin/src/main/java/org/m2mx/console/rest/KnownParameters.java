package org.m2mx.console.rest;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.m2mx.console.language.RequestLanguage;
import org.m2mx.console.problem.Problem.FieldError;
import org.m2mx.console.problem.ProblemException;
import org.m2mx.console.text.Texts;

/**
 * Refuses a query with a parameter that its operation does not know, or with one given twice:
 * whoever mistypes one would take the answer to another question for the answer to theirs.
 */
@Provider
@ApplicationScoped
public class KnownParameters implements DynamicFeature {
  private final Texts texts;
  private final HttpServletRequest request;

  /** For the client proxy only; Jakarta REST wants to see it. */
  public KnownParameters() {
    this(null, null);
  }

  /**
   * @param texts what to say
   * @param request says in which language
   */
  @Inject
  public KnownParameters(Texts texts, HttpServletRequest request) {
    this.texts = texts;
    this.request = request;
  }

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    var does = resource.getResourceMethod().getAnnotation(Does.class);
    var known = does == null ? Set.<String>of() : Set.of(does.query());
    context.register((ContainerRequestFilter) asked -> check(asked, known));
  }

  private void check(ContainerRequestContext asked, Set<String> known) {
    var errors =
        wrong(asked.getUriInfo().getQueryParameters(), known)
            .map(name -> new FieldError(JsonRecords.excerpt(name), message(known.contains(name))))
            .toList();
    if (!errors.isEmpty()) {
      throw ProblemException.invalid(errors);
    }
  }

  /** The parameters that are unknown or repeated, in the order of their names. */
  static Stream<String> wrong(Map<String, List<String>> given, Set<String> known) {
    return given.entrySet().stream()
        .filter(one -> !known.contains(one.getKey()) || one.getValue().size() > 1)
        .map(Map.Entry::getKey)
        .sorted();
  }

  private String message(boolean known) {
    var language = RequestLanguage.of(request);
    return known
        ? texts.in(language, "form.parameter.repeated")
        : texts.in(language, "form.parameter");
  }
}
