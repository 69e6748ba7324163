package org.m2mx.registry.call;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.m2mx.registry.Aor;
import org.m2mx.registry.call.CallRecord.Result;

/**
 * Some of a subscriber's calls, as it may see them.
 *
 * @param calls the latest first
 * @param next where the next page begins; empty when this is the last
 */
public record OwnCalls(List<Call> calls, Optional<CallSearch.Position> next) {
  /** Copies the list. */
  public OwnCalls {
    calls = List.copyOf(calls);
  }

  /**
   * A call.
   *
   * @param begun when
   * @param outgoing whether the subscriber called
   * @param peer the other
   * @param result what it came to, as the subscriber's device was told
   * @param lasted how long the two were connected; empty unless it was answered and its end is
   *     known
   */
  public record Call(
      Instant begun, boolean outgoing, Aor peer, Result result, Optional<Duration> lasted) {
    static Call of(CallRecord call, Aor own) {
      var outgoing = call.caller().aor().equals(own);
      var peer = outgoing ? call.callee() : call.caller();
      return new Call(call.begun(), outgoing, peer.aor(), call.result(), call.duration());
    }
  }
}
