package org.m2mx.registry.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOW;
import static org.m2mx.registry.testing.Registry.VIDEO;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.call.CallDecision.Reason;
import org.m2mx.registry.call.CallRecord.Party;
import org.m2mx.registry.call.CallRecord.Result;
import org.m2mx.registry.call.CallTrace.Message;
import org.m2mx.registry.call.CallTrace.Station;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class CallsTest {
  private static final String OWN = "m2m-x.example";
  private static final Aor STRANGER = new Aor("stranger", "other.example");
  private static final Actor OF_THIS_ISP = new Actor("jiro", Role.ISP_OPERATOR, OWN, null);

  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
  }

  @Test
  void anIspSeesTheCallsItsSubscribersMadeOrGot() {
    var made = record(ALICE, STRANGER, Reason.SUBSCRIBER_SUSPENDED);
    var got = record(STRANGER, VIDEO, Reason.NOT_PERMITTED);
    record(STRANGER, STRANGER, Reason.NOT_PERMITTED);
    assertThat(search(OWN)).extracting(CallRecord::id).containsExactlyInAnyOrder(made, got);
    assertThat(search(null)).hasSize(3);
    assertThat(asked(() -> registry.calls.find("another.example", made))).isEmpty();
    assertThat(asked(() -> registry.calls.trace("another.example", made))).isEmpty();
  }

  @Test
  void whatConcernsAnotherIspsCalleeStaysConcealed() {
    var made = record(ALICE, STRANGER, Reason.SUBSCRIBER_SUSPENDED);
    var call = asked(() -> registry.calls.find(OWN, made)).orElseThrow();
    assertThat(call.reason()).isEqualTo(Reason.NOT_PERMITTED);
    assertThat(call.callee().address()).isEmpty();
    var trace = asked(() -> registry.calls.trace(OWN, made)).orElseThrow();
    assertThat(trace.rules()).extracting(RuleVerdict::rule).containsExactly(CallRule.CALLER);
    assertThat(trace.messages()).extracting(Message::what).containsExactly("INVITE");

    var whole = registry.calls.trace(null, made).orElseThrow();
    assertThat(whole.rules()).hasSize(2);
    assertThat(whole.messages()).hasSize(2);
    assertThat(registry.calls.find(null, made).orElseThrow().reason())
        .isEqualTo(Reason.SUBSCRIBER_SUSPENDED);
  }

  @Test
  void anotherIspsCallerIsNotToldOfInAnExplanationEither() {
    var decision = asked(() -> registry.calls.explain(STRANGER, VIDEO, NOW));
    assertThat(decision.reason()).isEqualTo(Reason.CALLER_NOT_SERVED);
    assertThat(decision.trace().get(0).detail()).isEmpty();
    var ofOwn = asked(() -> registry.calls.explain(ALICE, VIDEO, NOW));
    assertThat(ofOwn.reason()).isEqualTo(Reason.NOT_PERMITTED);
    assertThat(ofOwn.trace().get(0).detail()).isEqualTo("ACTIVE");
  }

  private List<CallRecord> search(String domain) {
    return registry.calls.search(domain, CallSearch.all(), Optional.empty(), 10).calls();
  }

  private <T> T asked(Supplier<T> question) {
    var turn = registry.acting.begin(OF_THIS_ISP);
    try {
      return registry.database.call(question);
    } finally {
      turn.end();
    }
  }

  @Test
  void aSubscriberSeesItsCallsAndNotWhoWasKeptFromIt() {
    record(STRANGER, ALICE, Reason.NOT_PERMITTED);
    record(VIDEO, STRANGER, Reason.NO_SUCH_USER);
    record(ALICE, STRANGER, Reason.SUBSCRIBER_SUSPENDED);
    var own = registry.database.call(() -> registry.calls.own(ALICE, Optional.empty(), 10));
    assertThat(own.next()).isEmpty();
    // Neither a reason nor an address is there to be told.
    assertThat(own.calls())
        .containsExactly(
            new OwnCalls.Call(NOW, true, STRANGER, Result.CONCEALED, Optional.empty()));
  }

  @Test
  void whoGetsANameGetsNoneOfTheCallsOfWhoeverHadItBefore() {
    record(ALICE, STRANGER, Reason.SUBSCRIBER_SUSPENDED, NOW.minusSeconds(1));
    var own = registry.database.call(() -> registry.calls.own(ALICE, Optional.empty(), 10));
    assertThat(own.calls()).isEmpty();
  }

  private UUID record(Aor caller, Aor callee, Reason reason) {
    return record(caller, callee, reason, NOW);
  }

  private UUID record(Aor caller, Aor callee, Reason reason, Instant begun) {
    var id = CallRecord.newId(begun);
    var call =
        new CallRecord(
            id,
            "node",
            "call-" + id,
            "INVITE",
            new Party(caller, caller.domain(), Optional.of("[::1]:7")),
            new Party(callee, callee.domain(), Optional.of("[::1]:8")),
            begun,
            Optional.empty(),
            Optional.of(begun),
            404,
            Result.CONCEALED,
            reason,
            Optional.empty());
    var trace =
        new CallTrace(
            List.of(
                new RuleVerdict(CallRule.CALLER, RuleVerdict.Outcome.PASSES, "ACTIVE"),
                new RuleVerdict(CallRule.CALLEE, RuleVerdict.Outcome.REFUSES, "SUSPENDED")),
            List.of(
                new Message(NOW, Station.CALLER, Station.SERVER, "INVITE", "[::1]:7"),
                new Message(NOW, Station.SERVER, Station.CALLEE, "INVITE", "[::1]:8")));
    registry.records.write(List.of(new CallRecords.Entry(call, trace, true)));
    return id;
  }
}
