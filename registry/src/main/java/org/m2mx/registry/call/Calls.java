package org.m2mx.registry.call;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.m2mx.registry.Aor;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Within;
import org.m2mx.registry.call.CallRecord.Result;
import org.m2mx.registry.isp.Domains;
import org.m2mx.registry.subscriber.Subscriber;
import org.m2mx.registry.subscriber.Subscribers;

/**
 * Calls and what decides them, for those who look after subscribers. Who reaches the caller only
 * learns no more of the callee than the caller does: another ISP's subscribers stay concealed.
 */
@ApplicationScoped
public class Calls {
  private final CallRecords records;
  private final CallDecisions decisions;
  private final Subscribers subscribers;
  private final Acting acting;
  private final Domains domains;

  /** For the client proxy only. */
  protected Calls() {
    this(null, null, null, null, null);
  }

  /**
   * @param records what the relay has written down
   * @param decisions what the relay would decide
   * @param subscribers says since when an address is its holder's
   * @param acting knows how far who asks reaches
   * @param domains whose domain is whose
   */
  @Inject
  public Calls(
      CallRecords records,
      CallDecisions decisions,
      Subscribers subscribers,
      Acting acting,
      Domains domains) {
    this.records = records;
    this.decisions = decisions;
    this.subscribers = subscribers;
    this.acting = acting;
    this.domains = domains;
  }

  /**
   * Looks for calls, the latest first.
   *
   * @param domain of the ISP whose subscribers called or were called; null for all
   * @param search which of them
   * @param after where the page before ended; empty for the first page
   * @param size how many at most, 1 or more
   */
  @Requires(Access.READ)
  public CallSearch.Page search(
      @Within String domain, CallSearch search, Optional<CallSearch.Position> after, int size) {
    var page = records.search(domain == null ? search : search.ofIsp(domain), after, size);
    return new CallSearch.Page(page.calls().stream().map(this::visible).toList(), page.next());
  }

  /**
   * A call by its key.
   *
   * @param domain of the ISP whose subscriber called or was called; null for any
   * @return empty when there is no such call
   */
  @Requires(Access.READ)
  public Optional<CallRecord> find(@Within String domain, UUID id) {
    return records.find(id, Optional.ofNullable(domain)).map(this::visible);
  }

  /**
   * How a call came to its result.
   *
   * @param domain of the ISP whose subscriber called or was called; null for any
   * @return empty when there is no such call
   */
  @Requires(Access.READ)
  public Optional<CallTrace> trace(@Within String domain, UUID id) {
    return records
        .find(id, Optional.ofNullable(domain))
        .flatMap(call -> records.trace(id).map(trace -> visible(call, trace)));
  }

  /**
   * What would be decided of a call.
   *
   * @param caller who would call, known or not
   * @param callee who would be called, known or not
   * @param at when; permissions and bindings that have ended by then do not count
   */
  @Requires(Access.READ)
  public CallDecision explain(Aor caller, @Within Aor callee, Instant at) {
    var decision = decisions.explain(caller, callee, at);
    if (reaches(caller)) {
      return decision;
    }
    var trace =
        decision.trace().stream()
            .map(
                verdict ->
                    verdict.rule() == CallRule.CALLER
                        ? new RuleVerdict(verdict.rule(), verdict.outcome(), "")
                        : verdict)
            .toList();
    return new CallDecision(decision.reason(), trace, decision.bindings());
  }

  /**
   * A subscriber's calls as it may see them, the latest first. What was not let through to it is
   * not among them, and of its own that were not let through it learns no more than its device did.
   *
   * @param after where the page before ended; empty for the first page
   * @param size how many to look at, 1 or more; fewer may be seen
   */
  @Requires(value = Access.READ, orItself = true)
  public OwnCalls own(@Within Aor aor, Optional<CallSearch.Position> after, int size) {
    var opened = subscribers.find(aor).map(Subscriber::created);
    if (opened.isEmpty()) {
      return new OwnCalls(List.of(), Optional.empty());
    }
    // An address that was somebody else's has calls of theirs.
    var page = records.search(CallSearch.all().of(aor).since(opened.get()), after, size);
    var seen =
        page.calls().stream()
            .filter(call -> call.caller().aor().equals(aor) || call.result() != Result.CONCEALED)
            .map(call -> OwnCalls.Call.of(call, aor))
            .toList();
    return new OwnCalls(seen, page.next());
  }

  private CallRecord visible(CallRecord call) {
    return reachesCallee(call) ? call : concealed(call);
  }

  /** Whoever gets a domain later gets no calls with it. */
  private boolean reachesCallee(CallRecord call) {
    var reach = acting.required().domain();
    return reach == null || reach.equals(call.callee().isp());
  }

  private static CallRecord concealed(CallRecord call) {
    return new CallRecord(
        call.id(),
        call.node(),
        call.callId(),
        call.method(),
        call.caller(),
        new CallRecord.Party(call.callee().aor(), call.callee().isp(), Optional.empty()),
        call.begun(),
        call.answered(),
        call.ended(),
        call.status(),
        call.result(),
        call.reason().onCallersSide(),
        call.ending());
  }

  private CallTrace visible(CallRecord call, CallTrace trace) {
    if (reachesCallee(call)) {
      return trace;
    }
    var rules = trace.rules().stream().filter(rule -> rule.rule() == CallRule.CALLER).toList();
    var messages =
        trace.messages().stream()
            .filter(message -> message.from() != CallTrace.Station.CALLEE)
            .filter(message -> message.to() != CallTrace.Station.CALLEE)
            .toList();
    return new CallTrace(rules, List.copyOf(messages));
  }

  private boolean reaches(Aor aor) {
    return acting.required().reaches(domains.ispOf(aor.domain()));
  }
}
