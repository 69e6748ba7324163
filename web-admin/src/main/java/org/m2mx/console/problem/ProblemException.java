package org.m2mx.console.problem;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.m2mx.console.problem.Problem.FieldError;
import org.m2mx.console.problem.Problem.Kind;

/** Ends a request with a problem. */
public class ProblemException extends WebApplicationException {
  private static final long serialVersionUID = 1L;

  /**
   * @param problem what to say
   */
  public ProblemException(Problem problem) {
    super(problem.detail(), response(problem));
  }

  /** One that is about no field. */
  public ProblemException(Kind kind, String detail) {
    this(Problem.of(kind, detail));
  }

  /** One about a field or a parameter. */
  public static ProblemException invalid(String field, String message) {
    return invalid(List.of(new FieldError(field, message)));
  }

  /** One about several fields. */
  public static ProblemException invalid(List<FieldError> errors) {
    return new ProblemException(
        new Problem(Kind.INVALID, "See errors for what is wrong with which field.", errors));
  }

  /** The answer that tells a problem. */
  public static Response response(Problem problem) {
    return Response.status(problem.status())
        .type(Problem.MEDIA_TYPE)
        .entity(problem.json())
        .build();
  }
}
