package org.m2mx.registry.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOW;
import static org.m2mx.registry.testing.Registry.VIDEO;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.call.CallDecision.Reason;
import org.m2mx.registry.call.CallFigures.Figure;
import org.m2mx.registry.call.CallRecord.Party;
import org.m2mx.registry.call.CallRecord.Result;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class CallFiguresTest {
  private static final Duration QUARTER = Duration.ofMinutes(15);
  private static final Aor FOREIGNER = new Aor("bob", "other.example");

  @Parameter RegistryDatabase.Kind kind;

  private CallRecords records;
  private CallFigures figures;

  @BeforeEach
  void open() {
    var registry = new Registry(kind);
    records = registry.records;
    figures = new CallFigures(registry.database.dataSource());
  }

  @Test
  void callsAreCountedByTimeResultAndReason() {
    record(ALICE, VIDEO, NOW, Result.ANSWERED, Reason.PERMITTED);
    record(ALICE, VIDEO, NOW.plusSeconds(899), Result.ANSWERED, Reason.PERMITTED);
    record(ALICE, VIDEO, NOW.plusSeconds(900), Result.ANSWERED, Reason.PERMITTED);
    record(ALICE, VIDEO, NOW, Result.CONCEALED, Reason.SUBSCRIBER_SUSPENDED);
    record(ALICE, VIDEO, NOW.minusSeconds(1), Result.ANSWERED, Reason.PERMITTED);
    record(ALICE, VIDEO, NOW.plusSeconds(1800), Result.ANSWERED, Reason.PERMITTED);
    assertThat(figures.count(null, NOW, NOW.plusSeconds(1800), QUARTER))
        .containsExactlyInAnyOrder(
            new Figure(NOW, Result.ANSWERED, Reason.PERMITTED, 2),
            new Figure(NOW.plus(QUARTER), Result.ANSWERED, Reason.PERMITTED, 1),
            new Figure(NOW, Result.CONCEALED, Reason.SUBSCRIBER_SUSPENDED, 1));
  }

  @Test
  void anIspCountsItsOwnAndLearnsOfOthersCalleesNoMoreThanTheCaller() {
    record(ALICE, FOREIGNER, NOW, Result.CONCEALED, Reason.SUBSCRIBER_SUSPENDED);
    record(FOREIGNER, ALICE, NOW, Result.CONCEALED, Reason.SUBSCRIBER_SUSPENDED);
    record(FOREIGNER, FOREIGNER, NOW, Result.ANSWERED, Reason.PERMITTED);
    assertThat(figures.count("m2m-x.example", NOW, NOW.plusSeconds(60), QUARTER))
        .extracting(Figure::reason, Figure::count)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(Reason.NOT_PERMITTED, 1L),
            org.assertj.core.groups.Tuple.tuple(Reason.SUBSCRIBER_SUSPENDED, 1L));
    assertThat(figures.count("nowhere.example", NOW, NOW.plusSeconds(60), QUARTER)).isEmpty();
  }

  private void record(Aor caller, Aor callee, Instant begun, Result result, Reason reason) {
    var call =
        new CallRecord(
            CallRecord.newId(begun),
            "node",
            "call",
            "INVITE",
            new Party(caller, caller.domain(), Optional.empty()),
            new Party(callee, callee.domain(), Optional.empty()),
            begun,
            Optional.empty(),
            Optional.empty(),
            result == Result.ANSWERED ? 200 : 404,
            result,
            reason,
            Optional.empty());
    records.write(List.of(new CallRecords.Entry(call, new CallTrace(List.of(), List.of()), true)));
  }
}
