package org.m2mx.console.problem;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.m2mx.console.json.Provided.JSON;

import java.util.List;
import java.util.Locale;

/**
 * What went wrong with a program's request, in the form of RFC 9457.
 *
 * @param kind which kind of problem
 * @param detail what a person can make of it; never a secret
 * @param errors which fields are wrong; empty when it is about none
 */
public record Problem(Kind kind, String detail, List<FieldError> errors) {
  /** The media type of all of them. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** The kinds, each with its status and its title. */
  public enum Kind {
    /** Fields, parameters or the body as a whole. */
    INVALID(400, "The request is not valid"),
    /** No key, or none that opens. */
    UNAUTHENTICATED(401, "An API key is needed"),
    /** The key does not reach so far. */
    FORBIDDEN(403, "The API key does not allow this"),
    /** It is not there. */
    NOT_FOUND(404, "There is no such thing"),
    /** Its name is in use, or it is not in a state for this. */
    CONFLICT(409, "The present state does not allow this"),
    /** If-Match names another state. */
    STALE(412, "It has been changed meanwhile"),
    /** The body is too long. */
    TOO_LARGE(413, "The body is too long"),
    /** An Idempotency-Key stands for another request. */
    KEY_REUSED(422, "The Idempotency-Key stands for another request"),
    /** If-Match is missing. */
    PRECONDITION_REQUIRED(428, "If-Match is needed"),
    /** Too many requests. */
    RATE_LIMITED(429, "Too many requests"),
    /** The fault is the server's. */
    FAILED(500, "The server failed"),
    /** What it takes is not to be had now. */
    UNAVAILABLE(503, "Not available at present");

    private final int status;
    private final String title;

    Kind(int status, String title) {
      this.status = status;
      this.title = title;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }

    /** The URI that programs tell kinds apart by. */
    public String type() {
      return "urn:m2mx:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * What is wrong with a field.
   *
   * @param field its name
   * @param message what is wrong, in the language of the request
   */
  public record FieldError(String field, String message) {}

  /** Copies the errors. */
  public Problem {
    errors = List.copyOf(errors);
  }

  /** One that is about no field. */
  public static Problem of(Kind kind, String detail) {
    return new Problem(kind, detail, List.of());
  }

  /** The HTTP status. */
  public int status() {
    return kind.status;
  }

  /** The body. */
  public byte[] json() {
    var body =
        JSON.createObjectBuilder()
            .add("type", kind.type())
            .add("title", kind.title)
            .add("status", kind.status)
            .add("detail", detail);
    if (!errors.isEmpty()) {
      var list = JSON.createArrayBuilder();
      errors.forEach(
          error ->
              list.add(
                  JSON.createObjectBuilder()
                      .add("field", error.field())
                      .add("message", error.message())));
      body.add("errors", list);
    }
    return body.build().toString().getBytes(UTF_8);
  }
}
