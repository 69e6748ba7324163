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
import java.util.Set;
import org.m2mx.console.language.RequestLanguage;
import org.m2mx.console.problem.Problem.FieldError;
import org.m2mx.console.problem.ProblemException;
import org.m2mx.console.text.Texts;

/**
 * Refuses a query with a parameter that its operation does not know: whoever mistypes one would
 * take the answer to another question for the answer to theirs.
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
        asked.getUriInfo().getQueryParameters().keySet().stream()
            .filter(name -> !known.contains(name))
            .sorted()
            .map(name -> new FieldError(JsonRecords.excerpt(name), message()))
            .toList();
    if (!errors.isEmpty()) {
      throw ProblemException.invalid(errors);
    }
  }

  private String message() {
    var language = RequestLanguage.of(request);
    return texts.in(language, "form.parameter");
  }
}
