package org.m2mx.console.rest;

import static org.m2mx.console.json.Provided.JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import org.m2mx.console.problem.Problem;
import org.m2mx.console.problem.Problem.Kind;
import org.m2mx.console.problem.ProblemException;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.StaleException;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.access.AccessDeniedException;
import org.m2mx.registry.api.OtherRequestException;
import org.m2mx.registry.permission.ListFullException;
import org.m2mx.registry.subscriber.LimitReachedException;

/** Says what went wrong in the form of RFC 9457, and nothing of how the server is made. */
@Provider
@ApplicationScoped
public class Problems implements ExceptionMapper<Throwable> {
  private static final Logger LOG = System.getLogger(Problems.class.getName());

  private final HttpServletRequest request;

  /** For the client proxy only; Jakarta REST wants to see it. */
  public Problems() {
    this(null);
  }

  /**
   * @param request what was asked, for the log
   */
  @Inject
  public Problems(HttpServletRequest request) {
    this.request = request;
  }

  @Override
  public Response toResponse(Throwable thrown) {
    if (thrown instanceof ProblemException problem) {
      return problem.getResponse();
    }
    if (thrown instanceof WebApplicationException standard) {
      return standard(standard.getResponse());
    }
    if (thrown instanceof AccessDeniedException) {
      return problem(Kind.FORBIDDEN, thrown);
    }
    if (thrown instanceof NotFoundException) {
      return problem(Kind.NOT_FOUND, thrown);
    }
    if (thrown instanceof TakenException
        || thrown instanceof LimitReachedException
        || thrown instanceof ListFullException) {
      return problem(Kind.CONFLICT, thrown);
    }
    if (thrown instanceof StaleException) {
      return problem(Kind.STALE, thrown);
    }
    if (thrown instanceof OtherRequestException) {
      return problem(Kind.KEY_REUSED, thrown);
    }
    LOG.log(Level.ERROR, request.getMethod() + ' ' + request.getRequestURI() + " failed", thrown);
    return ProblemException.response(
        Problem.of(Kind.FAILED, "The server's log says why. Ask again, or tell the operator."));
  }

  private static Response problem(Kind kind, Throwable thrown) {
    return ProblemException.response(Problem.of(kind, thrown.getMessage() + '.'));
  }

  // No such path, no such method, no such media type: their headers say more.
  private static Response standard(Response answer) {
    var info = answer.getStatusInfo();
    var body =
        JSON.createObjectBuilder()
            .add("type", "about:blank")
            .add("title", info.getReasonPhrase())
            .add("status", info.getStatusCode())
            .build();
    return Response.fromResponse(answer)
        .type(Problem.MEDIA_TYPE)
        .entity(body.toString().getBytes(StandardCharsets.UTF_8))
        .build();
  }
}
