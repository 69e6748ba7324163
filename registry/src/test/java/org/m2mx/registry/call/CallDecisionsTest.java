package org.m2mx.registry.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOBODY;
import static org.m2mx.registry.testing.Registry.NOW;
import static org.m2mx.registry.testing.Registry.VIDEO;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Registration;
import org.m2mx.registry.call.CallDecision.Reason;
import org.m2mx.registry.call.CallDecision.Verdict;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class CallDecisionsTest {
  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
    var contact = new Registration.Contact("sip:v@x", "v@x", null, null, null, Duration.ofHours(1));
    var connection = new Registration.Connection("flow", "TLS", "[::1]:1", null);
    var registration = new Registration("call", 1, connection, List.of(contact));
    registry.database.run(() -> registry.bindings.register(VIDEO, registration, NOW));
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
    registry.database.run(() -> registry.isps.suspend("m2m-x.example"));
    refused(VIDEO, Reason.ISP_SUSPENDED);
  }

  @Test
  void everyDecisionCostsTheSameQueries() {
    registry.database.run(() -> registry.permissions.permit(ALICE, ALICE));
    var permitted = queriesFor(ALICE);
    assertThat(permitted).isPositive();
    assertThat(queriesFor(NOBODY)).isEqualTo(permitted);
    assertThat(queriesFor(VIDEO)).isEqualTo(permitted);
    registry.database.run(() -> registry.subscribers.suspend(VIDEO));
    assertThat(queriesFor(VIDEO)).isEqualTo(permitted);
  }

  private void refused(Aor callee, Reason reason) {
    var decision = decide(callee);
    assertThat(decision.verdict()).isEqualTo(Verdict.UNKNOWN_USER);
    assertThat(decision.reason()).isEqualTo(reason);
    assertThat(decision.bindings()).isEmpty();
  }

  private long queriesFor(Aor callee) {
    var before = registry.database.statements();
    decide(callee);
    return registry.database.statements() - before;
  }

  private CallDecision decide(Aor callee) {
    return registry.database.call(() -> registry.decisions.decide(ALICE, callee, NOW));
  }
}
