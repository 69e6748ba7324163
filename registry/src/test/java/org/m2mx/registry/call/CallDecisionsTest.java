package org.m2mx.registry.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOBODY;
import static org.m2mx.registry.testing.Registry.NOW;
import static org.m2mx.registry.testing.Registry.VIDEO;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.Status;
import org.m2mx.registry.binding.Registration;
import org.m2mx.registry.call.CallDecision.Reason;
import org.m2mx.registry.call.CallDecision.Verdict;
import org.m2mx.registry.call.RuleVerdict.Outcome;
import org.m2mx.registry.permission.Callers;
import org.m2mx.registry.permission.IspRule.Effect;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class CallDecisionsTest {
  private static final String DOMAIN = "m2m-x.example";
  private static final Callers.Group FAMILY = new Callers.Group("family");

  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
    var contact = new Registration.Contact("sip:v@x", "v@x", null, null, null, Duration.ofHours(1));
    var connection = new Registration.Connection("flow", "TLS", "[::1]:1", null);
    var registration = new Registration("call", 1, connection, List.of(contact));
    registry.database.run(() -> registry.bindings.register(VIDEO, registration, NOW).join());
  }

  @Test
  void aPermittedCallGoesToTheBindings() {
    registry.database.run(() -> registry.permissions.permit(ALICE, VIDEO));
    var decision = decide(VIDEO);
    assertThat(decision.verdict()).isEqualTo(Verdict.PERMITTED);
    assertThat(decision.reason()).isEqualTo(Reason.PERMITTED);
    assertThat(decision.bindings()).extracting("contact").containsExactly("sip:v@x");
  }

  @Test
  void aPermittedCallToSomebodyOffLineHasNoWhereToGo() {
    registry.database.run(() -> registry.permissions.permit(ALICE, VIDEO));
    var later =
        registry.database.call(
            () -> registry.decisions.decide(ALICE, VIDEO, NOW.plus(Duration.ofHours(1))));
    assertThat(later.verdict()).isEqualTo(Verdict.PERMITTED);
    assertThat(later.bindings()).isEmpty();
  }

  @Test
  void everyRefusalLooksTheSameToTheCallerAndHasItsReasonForTheOperator() {
    refused(NOBODY, Reason.NO_SUCH_USER);
    refused(VIDEO, Reason.NOT_PERMITTED);
    registry.database.run(() -> registry.permissions.permit(ALICE, VIDEO));
    registry.database.run(() -> registry.subscribers.suspend(VIDEO));
    refused(VIDEO, Reason.SUBSCRIBER_SUSPENDED);
    registry.database.run(() -> registry.subscribers.resume(VIDEO));
    var abroad = new Aor("video", "elsewhere.example");
    registry.database.run(() -> registry.isps.open("Elsewhere", abroad.domain()));
    registry.database.run(() -> registry.subscribers.open(abroad, Registry.password("v"), false));
    registry.database.run(() -> registry.permissions.permit(ALICE, abroad));
    assertThat(decide(abroad).reason()).isEqualTo(Reason.PERMITTED);
    registry.database.run(() -> registry.isps.suspend(abroad.domain()));
    refused(abroad, Reason.ISP_SUSPENDED);
  }

  @Test
  void groupsDomainsAndAnyoneArePermittedAsTheListSays() {
    permits(new Callers.Anyone());
    permits(new Callers.Domain(ALICE.domain()));
    registry.database.run(() -> registry.groups.create(DOMAIN, FAMILY));
    permit(FAMILY);
    refused(VIDEO, Reason.NOT_PERMITTED);
    registry.database.run(() -> registry.groups.add(DOMAIN, FAMILY, ALICE));
    assertThat(decide(VIDEO).reason()).isEqualTo(Reason.PERMITTED);
    registry.database.run(() -> registry.groups.remove(DOMAIN, FAMILY, ALICE));
    refused(VIDEO, Reason.NOT_PERMITTED);
    permit(new Callers.Domain("elsewhere.example"));
    refused(VIDEO, Reason.NOT_PERMITTED);
  }

  private void permits(Callers callers) {
    permit(callers);
    assertThat(decide(VIDEO).reason()).as("%s", callers).isEqualTo(Reason.PERMITTED);
    registry.database.run(() -> registry.permissions.revoke(callers, VIDEO));
    refused(VIDEO, Reason.NOT_PERMITTED);
  }

  @Test
  void aPermissionEndsWhenItsTimeIsOver() {
    var end = NOW.plusSeconds(10);
    registry.database.run(
        () -> registry.permissions.permit(Callers.one(ALICE), VIDEO, Optional.of(end)));
    assertThat(decideAt(NOW).reason()).isEqualTo(Reason.PERMITTED);
    assertThat(decideAt(end.minusMillis(1)).reason()).isEqualTo(Reason.PERMITTED);
    assertThat(decideAt(end).reason()).isEqualTo(Reason.NOT_PERMITTED);
  }

  @Test
  void anIspDeniesAndAllowsOverTheHeadsOfItsSubscribers() {
    permit(new Callers.Anyone());
    rule(new Callers.Domain(ALICE.domain()), Effect.DENY);
    refused(VIDEO, Reason.DENIED_BY_ISP);
    rule(Callers.one(ALICE), Effect.ALLOW);
    assertThat(decide(VIDEO).reason()).as("the more specific counts").isEqualTo(Reason.PERMITTED);
    registry.database.run(() -> registry.permissions.revoke(new Callers.Anyone(), VIDEO));
    assertThat(decide(VIDEO).reason()).as("without the callee's word").isEqualTo(Reason.PERMITTED);
    registry.database.run(() -> registry.rules.remove(DOMAIN, Callers.one(ALICE)));
    refused(VIDEO, Reason.DENIED_BY_ISP);
  }

  @Test
  void ofTwoGroupsTheOneThatIsDeniedCounts() {
    var blocked = new Callers.Group("blocked");
    for (var group : List.of(FAMILY, blocked)) {
      registry.database.run(() -> registry.groups.create(DOMAIN, group));
      registry.database.run(() -> registry.groups.add(DOMAIN, group, ALICE));
    }
    rule(FAMILY, Effect.ALLOW);
    rule(blocked, Effect.DENY);
    refused(VIDEO, Reason.DENIED_BY_ISP);
    registry.database.run(() -> registry.groups.remove(DOMAIN, blocked));
    assertThat(decide(VIDEO).reason()).isEqualTo(Reason.PERMITTED);
  }

  @Test
  void aRuleOfAnIspEndsWhenItsTimeIsOver() {
    permit(Callers.one(ALICE));
    var end = NOW.plusSeconds(10);
    registry.database.run(
        () -> registry.rules.put(DOMAIN, new Callers.Anyone(), Effect.DENY, Optional.of(end)));
    assertThat(decideAt(NOW).reason()).isEqualTo(Reason.DENIED_BY_ISP);
    assertThat(decideAt(end).reason()).isEqualTo(Reason.PERMITTED);
  }

  @Test
  void aCallerWhoIsServedNoMoreCallsNobody() {
    permit(Callers.one(ALICE));
    assertThat(decide(VIDEO).reason()).isEqualTo(Reason.PERMITTED);
    registry.database.run(() -> registry.subscribers.suspend(ALICE));
    refused(VIDEO, Reason.CALLER_NOT_SERVED);
  }

  @Test
  void everyRuleIsAskedInOrderWhicheverDecides() {
    for (var callee : List.of(NOBODY, VIDEO, new Aor("video", "elsewhere.example"))) {
      assertThat(decide(callee).trace())
          .extracting(RuleVerdict::rule)
          .containsExactly(CallRule.values());
    }
    permit(Callers.one(ALICE));
    rule(new Callers.Domain(ALICE.domain()), Effect.DENY);
    assertThat(decide(VIDEO).trace())
        .extracting(RuleVerdict::rule, RuleVerdict::outcome, RuleVerdict::detail)
        .contains(
            tuple(CallRule.CALLEE, Outcome.PASSES, "ACTIVE"),
            tuple(CallRule.ISP_RULES, Outcome.REFUSES, "DENY @m2m-x.example"),
            tuple(CallRule.CALLEE_LIST, Outcome.PERMITS, "sip:alice@m2m-x.example"));
  }

  @Test
  void operatorsLearnOfAnyTimeWhatWasSaid() {
    registry.database.run(
        () ->
            registry.permissions.permit(
                Callers.one(ALICE), VIDEO, Optional.of(NOW.plusSeconds(10))));
    assertThat(explain(NOW).reason()).isEqualTo(Reason.PERMITTED);
    assertThat(explain(NOW).bindings()).hasSize(1);
    assertThat(explain(NOW.plusSeconds(10)).reason()).isEqualTo(Reason.NOT_PERMITTED);
  }

  @Test
  void everyRefusalCostsTheSame() {
    var suspended = new Aor("suspended", DOMAIN);
    registry.database.run(
        () -> registry.subscribers.open(suspended, Registry.password("s"), false));
    registry.database.run(() -> registry.permissions.permit(ALICE, suspended));
    registry.database.run(() -> registry.subscribers.suspend(suspended));
    var offLine = new Aor("off-line", DOMAIN);
    registry.database.run(() -> registry.subscribers.open(offLine, Registry.password("o"), false));
    var callees = List.of(NOBODY, suspended, VIDEO, offLine, new Aor("video", "elsewhere.example"));

    assertThat(costs(callees)).containsOnly(new Cost(1, 0, 1));
    assertThat(costs(callees)).as("the ruling is remembered").containsOnly(new Cost(0, 1, 0));
  }

  @Test
  void anEarlyExitWouldBeSeen() {
    var hasty =
        new CallPolicy(registry.database.dataSource(), registry.domains) {
          @Override
          Ruling rule(Aor caller, Aor callee, Instant now) {
            if (registry.subscribers.find(callee).isEmpty()) {
              return Ruling.on(
                  new Ruling.Facts(
                      Optional.of(Status.ACTIVE),
                      Optional.of(Status.ACTIVE),
                      Optional.empty(),
                      Optional.empty(),
                      List.of(),
                      List.of()));
            }
            return super.rule(caller, callee, now);
          }
        };
    var decisions = new CallDecisions(hasty, registry.versions, registry.bindings, 0);
    assertThat(cost(decisions, NOBODY)).isNotEqualTo(cost(decisions, VIDEO));
  }

  /** What a decision costs. */
  private record Cost(long queries, long hits, long misses) {}

  private List<Cost> costs(List<Aor> callees) {
    return callees.stream().map(callee -> cost(registry.decisions, callee)).toList();
  }

  private Cost cost(CallDecisions decisions, Aor callee) {
    var queries = registry.database.statements();
    var memory = decisions.memory();
    registry.database.run(() -> decisions.decide(ALICE, callee, NOW));
    var after = decisions.memory();
    return new Cost(
        registry.database.statements() - queries,
        after.hits() - memory.hits(),
        after.misses() - memory.misses());
  }

  @Test
  void aChangeCountsAsSoonAsItIsCommitted() throws InterruptedException {
    var clashes = new ConcurrentLinkedQueue<String>();
    var done = new AtomicBoolean();
    var permitted = new AtomicBoolean();
    var readers =
        IntStream.range(0, 3)
            .mapToObj(
                n ->
                    new Thread(
                        () -> {
                          while (!done.get()) {
                            decide(VIDEO);
                          }
                        }))
            .toList();
    readers.forEach(Thread::start);
    try {
      for (int i = 0; i < 100; i++) {
        permitted.set(!permitted.get());
        if (permitted.get()) {
          permit(Callers.one(ALICE));
        } else {
          registry.database.run(() -> registry.permissions.revoke(ALICE, VIDEO));
        }
        if ((decide(VIDEO).reason() == Reason.PERMITTED) != permitted.get()) {
          clashes.add("after change " + i);
        }
      }
    } finally {
      done.set(true);
      for (var reader : readers) {
        reader.join();
      }
    }
    assertThat(clashes).isEmpty();
  }

  private void permit(Callers callers) {
    registry.database.run(() -> registry.permissions.permit(callers, VIDEO, Optional.empty()));
  }

  private void rule(Callers callers, Effect effect) {
    registry.database.run(() -> registry.rules.put(DOMAIN, callers, effect, Optional.empty()));
  }

  private CallDecision decideAt(Instant now) {
    return registry.database.call(() -> registry.decisions.decide(ALICE, VIDEO, now));
  }

  private CallDecision explain(Instant at) {
    return registry.database.call(() -> registry.decisions.explain(ALICE, VIDEO, at));
  }

  private void refused(Aor callee, Reason reason) {
    var decision = decide(callee);
    assertThat(decision.verdict()).isEqualTo(Verdict.UNKNOWN_USER);
    assertThat(decision.reason()).isEqualTo(reason);
    assertThat(decision.bindings()).isEmpty();
  }

  private CallDecision decide(Aor callee) {
    return registry.database.call(() -> registry.decisions.decide(ALICE, callee, NOW));
  }
}
