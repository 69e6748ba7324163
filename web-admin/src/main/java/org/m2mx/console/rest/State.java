package org.m2mx.console.rest;

import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.m2mx.console.problem.Problem.Kind;
import org.m2mx.console.problem.ProblemException;

/** Which state of something a program has seen, as ETag and If-Match carry it (RFC 9110 13.1.1). */
final class State {
  private State() {}

  static EntityTag tag(String mark) {
    return new EntityTag(mark);
  }

  /** What is there, unless the program has it already (If-None-Match). */
  static Response answer(Request request, String mark, Record body) {
    var present = request.evaluatePreconditions(tag(mark));
    return (present == null ? Response.ok(body) : present).tag(tag(mark)).build();
  }

  /**
   * The states that a change is meant for.
   *
   * @param ifMatch the header; null when it is not there
   * @return empty when it is meant for any
   * @throws ProblemException when it is not there
   */
  static Optional<Set<String>> wanted(String ifMatch) {
    if (ifMatch == null || ifMatch.isBlank()) {
      throw new ProblemException(
          Kind.PRECONDITION_REQUIRED,
          "Send the ETag of what you have read as If-Match, or * to change whatever is there.");
    }
    if (ifMatch.strip().equals("*")) {
      return Optional.empty();
    }
    return Optional.of(
        Arrays.stream(ifMatch.split(","))
            .map(String::strip)
            .filter(tag -> tag.length() > 2 && tag.startsWith("\"") && tag.endsWith("\""))
            .map(tag -> tag.substring(1, tag.length() - 1))
            .collect(Collectors.toSet()));
  }
}
