package org.m2mx.registry.call;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.m2mx.registry.Aor;

/**
 * Which calls to look for; what is empty does not matter.
 *
 * @param party who called or was called
 * @param domain the first domain of the ISP whose subscriber called or was called, in lower case
 * @param from begun then or later
 * @param to begun before
 * @param result what it came to
 * @param callId its Call-ID
 */
public record CallSearch(
    Optional<Aor> party,
    Optional<String> domain,
    Optional<Instant> from,
    Optional<Instant> to,
    Optional<CallRecord.Result> result,
    Optional<String> callId) {

  /** Every call. */
  public static CallSearch all() {
    return new CallSearch(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Only those of a subscriber, whether it called or was called. */
  public CallSearch of(Aor aor) {
    return new CallSearch(Optional.of(aor), domain, from, to, result, callId);
  }

  /** Only those of an ISP's subscribers, whether they called or were called. */
  public CallSearch ofIsp(String ispDomain) {
    return new CallSearch(party, Optional.of(ispDomain), from, to, result, callId);
  }

  /** Only those begun in this time, its end excluded. */
  public CallSearch between(Instant begin, Instant end) {
    return new CallSearch(party, domain, Optional.of(begin), Optional.of(end), result, callId);
  }

  /** Only those begun then or later. */
  public CallSearch since(Instant begin) {
    return new CallSearch(party, domain, Optional.of(begin), to, result, callId);
  }

  /** Only those that came to this. */
  public CallSearch with(CallRecord.Result outcome) {
    return new CallSearch(party, domain, from, to, Optional.of(outcome), callId);
  }

  /** Only those of a Call-ID. */
  public CallSearch withCallId(String id) {
    return new CallSearch(party, domain, from, to, result, Optional.of(id));
  }

  /**
   * Where a page ends. The next begins right behind it, whatever was recorded in between.
   *
   * @param begun the last call's begin
   * @param id the last call's key
   */
  public record Position(Instant begun, UUID id) {}

  /**
   * Some of what was found.
   *
   * @param calls the latest first
   * @param next where the next page begins; empty when this is the last
   */
  public record Page(List<CallRecord> calls, Optional<Position> next) {
    /** Copies the list. */
    public Page {
      calls = List.copyOf(calls);
    }
  }
}
