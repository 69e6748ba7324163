package org.m2mx.console.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.m2mx.console.form.Cursor;
import org.m2mx.console.form.Form;
import org.m2mx.console.problem.Problem.Kind;
import org.m2mx.console.problem.ProblemException;
import org.m2mx.registry.Aor;
import org.m2mx.registry.call.CallRecord;
import org.m2mx.registry.call.CallSearch;
import org.m2mx.registry.call.CallSearch.Position;
import org.m2mx.registry.call.CallTrace;
import org.m2mx.registry.call.Calls;

/** Calls that an ISP's subscribers made or got. */
@Path("/isps/{domain}/calls")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class CallResource {
  private final Calls calls;
  private final Parameters parameters;

  /** For the client proxy only; Jakarta REST wants to see it. */
  public CallResource() {
    this(null, null);
  }

  /**
   * @param calls the calls
   * @param parameters what stands in the address
   */
  @Inject
  public CallResource(Calls calls, Parameters parameters) {
    this.calls = calls;
    this.parameters = parameters;
  }

  /**
   * A call.
   *
   * @param id its key
   * @param callId its Call-ID
   * @param method INVITE, MESSAGE or SUBSCRIBE
   * @param caller who asked
   * @param callee who was asked
   * @param begun when
   * @param answered when the callee accepted; missing unless it did
   * @param ended when it was over; missing while it lasts
   * @param status the final status that the caller got
   * @param result what it came to
   * @param reason why it was let through or not
   * @param ending how an answered call ended
   */
  public record CallView(
      String id,
      String callId,
      String method,
      String caller,
      String callee,
      Instant begun,
      Instant answered,
      Instant ended,
      int status,
      String result,
      String reason,
      String ending) {
    static CallView of(CallRecord call) {
      return new CallView(
          call.id().toString(),
          call.callId(),
          call.method(),
          call.caller().aor().toString(),
          call.callee().aor().toString(),
          call.begun(),
          call.answered().orElse(null),
          call.ended().orElse(null),
          call.status(),
          call.result().name(),
          call.reason().name(),
          call.ending().map(Enum::name).orElse(null));
    }
  }

  /**
   * Some calls.
   *
   * @param items the latest first
   * @param next the cursor of the next page; missing on the last
   */
  public record CallList(List<CallView> items, String next) {}

  /** A rule, what it said, and what about. */
  public record RuleView(String rule, String outcome, String detail) {}

  /** A message, from whom to whom, in the order in which the server saw them. */
  public record MessageView(Instant at, String from, String to, String what, String device) {}

  /** A call and how it came to its result. */
  public record CallDetail(CallView call, List<RuleView> rules, List<MessageView> messages) {
    static CallDetail of(CallRecord call, Optional<CallTrace> trace) {
      return new CallDetail(
          CallView.of(call),
          trace.stream()
              .flatMap(known -> known.rules().stream())
              .map(rule -> new RuleView(rule.rule().name(), rule.outcome().name(), rule.detail()))
              .toList(),
          trace.stream()
              .flatMap(known -> known.messages().stream())
              .map(
                  message ->
                      new MessageView(
                          message.at(),
                          message.from().name(),
                          message.to().name(),
                          message.what(),
                          message.device()))
              .toList());
    }
  }

  @GET
  @Does(
      value = "Calls that the ISP's subscribers made or got, the latest first.",
      gives = CallList.class,
      query = {"party", "from", "to", "result", "callId", "limit", "cursor"})
  public CallList list(@PathParam("domain") String domain) {
    var search =
        new CallSearch(
            parameters.optional("party", Form.AOR, Aor.class),
            Optional.empty(),
            parameters.optional("from", Form.TIME, Instant.class),
            parameters.optional("to", Form.TIME, Instant.class),
            parameters.optional("result", Form.CALL_RESULT, CallRecord.Result.class),
            parameters.optional("callId", Form.WORDS, String.class));
    var after =
        parameters
            .cursor(2)
            .map(
                cursor ->
                    new Position(
                        (Instant) parameters.read("cursor", Form.TIME, cursor.parts().get(0)),
                        (UUID) parameters.read("cursor", Form.UUID, cursor.parts().get(1))));
    var page = calls.search(domain.toLowerCase(Locale.ROOT), search, after, parameters.limit());
    return new CallList(
        page.calls().stream().map(CallView::of).toList(),
        page.next().map(end -> Cursor.of(end.begun(), end.id()).toString()).orElse(null));
  }

  @GET
  @Path("/{id}")
  @Does(value = "A call, the rules that decided it, and its messages.", gives = CallDetail.class)
  public CallDetail get(@PathParam("domain") String domain, @PathParam("id") String id) {
    var key = (UUID) parameters.read("id", Form.UUID, id);
    var isp = domain.toLowerCase(Locale.ROOT);
    var call =
        calls
            .find(isp, key)
            .orElseThrow(() -> new ProblemException(Kind.NOT_FOUND, "There is no such call."));
    return CallDetail.of(call, calls.trace(isp, key));
  }
}
