package org.m2mx.console.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.m2mx.console.json.Provided.JSON;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.util.function.Supplier;
import org.m2mx.console.problem.ProblemException;
import org.m2mx.console.signin.KeyHolder;
import org.m2mx.registry.api.Answers;

/**
 * Answers a POST. With an Idempotency-Key the same request gets the same answer, and what it does
 * is done once; without, each is a request of its own.
 */
@RequestScoped
public class Once {
  static final String HEADER = "Idempotency-Key";

  private final Answers answers;
  private final KeyHolder holder;
  private final HttpServletRequest request;

  /** For the client proxy only. */
  protected Once() {
    this(null, null, null);
  }

  /**
   * @param answers keep what was answered
   * @param holder knows the program's key
   * @param request may name itself
   */
  @Inject
  public Once(Answers answers, KeyHolder holder, HttpServletRequest request) {
    this.answers = answers;
    this.holder = holder;
    this.request = request;
  }

  /**
   * What was made.
   *
   * @param status the status to answer with
   * @param location where it is, relative to the API; null when it has no place of its own
   * @param mark its state; null when it has none
   * @param body what to say of it
   */
  public record Made(int status, String location, String mark, Record body) {
    JsonObject json() {
      var json =
          JSON.createObjectBuilder().add("status", status).add("body", JsonRecords.write(body));
      if (location != null) {
        json.add("location", location);
      }
      if (mark != null) {
        json.add("mark", mark);
      }
      return json.build();
    }
  }

  /** Does the work, or repeats the answer that it had. */
  @Transactional
  public Response answer(Record body, Supplier<Made> work) {
    var name = request.getHeader(HEADER);
    if (name == null) {
      return response(work.get().json(), false);
    }
    if (name.isBlank() || name.length() > Answers.MAX_NAME_LENGTH) {
      throw ProblemException.invalid(
          HEADER, "Give 1 to " + Answers.MAX_NAME_LENGTH + " characters.");
    }
    var answer =
        answers.once(
            holder.token(),
            holder.key(),
            name,
            meant(body),
            () -> work.get().json().toString().getBytes(UTF_8));
    try (var reader = JSON.createReader(new ByteArrayInputStream(answer.content()))) {
      return response(reader.readObject(), answer.repeated());
    }
  }

  private Response response(JsonObject made, boolean repeated) {
    var response =
        Response.status(made.getInt("status"))
            .type(MediaType.APPLICATION_JSON)
            .entity(made.getJsonObject("body").toString().getBytes(UTF_8));
    if (made.containsKey("location")) {
      response.location(URI.create(made.getString("location")));
    }
    if (made.containsKey("mark")) {
      response.tag(State.tag(made.getString("mark")));
    }
    if (repeated) {
      response.header("Idempotency-Replayed", "true");
    }
    return response.build();
  }

  private byte[] meant(Record body) {
    return (request.getMethod() + ' ' + request.getRequestURI() + '\n' + JsonRecords.write(body))
        .getBytes(UTF_8);
  }
}
