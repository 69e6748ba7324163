package org.m2mx.console.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.m2mx.console.form.Cursor;
import org.m2mx.console.form.Form;
import org.m2mx.console.language.RequestLanguage;
import org.m2mx.console.problem.Problem.Kind;
import org.m2mx.console.problem.ProblemException;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.Aor;

/** What stands in the address of a request. */
@RequestScoped
public class Parameters {
  private static final int USUAL_LIMIT = 50;

  private final HttpServletRequest request;
  private final Texts texts;

  /** For the client proxy only. */
  protected Parameters() {
    this(null, null);
  }

  /**
   * @param request what is asked
   * @param texts what to say of what is wrong
   */
  @Inject
  public Parameters(HttpServletRequest request, Texts texts) {
    this.request = request;
    this.texts = texts;
  }

  /**
   * A parameter of the query.
   *
   * @return empty when it is not there, or blank
   * @throws ProblemException when it does not have the form
   */
  public <T> Optional<T> optional(String name, Form form, Class<T> type) {
    return Optional.ofNullable(request.getParameter(name))
        .filter(text -> !text.isBlank())
        .map(text -> type.cast(read(name, form, text)));
  }

  /** How many entries of a list are wanted. */
  public int limit() {
    return optional("limit", Form.LIMIT, Integer.class).orElse(USUAL_LIMIT);
  }

  /**
   * Where a list is to go on.
   *
   * @param parts how many parts such a place has
   */
  public Optional<Cursor> cursor(int parts) {
    var cursor = optional("cursor", Form.CURSOR, Cursor.class);
    if (cursor.filter(place -> place.parts().size() != parts).isPresent()) {
      throw wrong("cursor", Form.CURSOR);
    }
    return cursor;
  }

  /** The subscriber that a path names. */
  static Aor aor(String domain, String user) {
    try {
      return new Aor(user, domain);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(Kind.NOT_FOUND, e.getMessage());
    }
  }

  /**
   * What a text stands for that cannot be wrong by accident.
   *
   * @param name what to call it
   * @throws ProblemException when it does not have the form
   */
  public Object read(String name, Form form, String text) {
    try {
      return form.read(text);
    } catch (IllegalArgumentException e) {
      throw wrong(name, form);
    }
  }

  private ProblemException wrong(String name, Form form) {
    return wrong(name, form.key(), form.arguments());
  }

  /** What to throw when a field is wrong for a reason that its form does not say. */
  ProblemException wrong(String name, String key, Object... arguments) {
    return ProblemException.invalid(name, texts.in(RequestLanguage.of(request), key, arguments));
  }
}
