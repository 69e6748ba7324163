package org.m2mx.registry.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOBODY;
import static org.m2mx.registry.testing.Registry.NOW;
import static org.m2mx.registry.testing.Registry.VIDEO;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.call.CallDecision.Reason;
import org.m2mx.registry.call.CallRecord.Ending;
import org.m2mx.registry.call.CallRecord.Party;
import org.m2mx.registry.call.CallRecord.Result;
import org.m2mx.registry.call.CallRecords.Entry;
import org.m2mx.registry.call.CallTrace.Message;
import org.m2mx.registry.call.CallTrace.Station;
import org.m2mx.registry.call.RuleVerdict.Outcome;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class CallRecordsTest {
  private static final CallTrace NOTHING = new CallTrace(List.of(), List.of());

  @Parameter RegistryDatabase.Kind kind;

  private CallRecords records;

  @BeforeEach
  void open() {
    records = new Registry(kind).records;
  }

  @Test
  void aCallIsReadAsItWasWritten() {
    var call = answered("a", VIDEO, NOW);
    var trace =
        new CallTrace(
            List.of(
                new RuleVerdict(CallRule.CALLEE, Outcome.PASSES, "ACTIVE"),
                new RuleVerdict(CallRule.CALLEE_LIST, Outcome.PERMITS, "*")),
            List.of(
                new Message(NOW, Station.CALLER, Station.SERVER, "INVITE", "[::1]:7"),
                new Message(NOW, Station.CALLEE, Station.SERVER, "200\tOK\n", "")));
    records.write(List.of(new Entry(call, trace, true)));

    assertThat(records.find(call.id())).contains(call);
    assertThat(records.trace(call.id()).orElseThrow().rules()).isEqualTo(trace.rules());
    assertThat(records.trace(call.id()).orElseThrow().messages())
        .extracting(Message::what)
        .containsExactly("INVITE", "200 OK ");
    assertThat(call.duration()).isEmpty();
  }

  @Test
  void theEndOfACallIsWrittenLater() {
    var call = answered("a", VIDEO, NOW);
    var over = ended(call, NOW.plusSeconds(61));
    records.write(List.of(new Entry(call, NOTHING, true)));
    records.write(List.of(new Entry(over, NOTHING, false)));

    assertThat(records.find(call.id())).contains(over);
    assertThat(over.duration()).contains(Duration.ofMinutes(1));
  }

  @Test
  void aCallThatWasSoonOverIsWrittenAsItEnded() {
    var call = answered("a", VIDEO, NOW);
    var over = ended(call, NOW.plusSeconds(1));
    var trace =
        new CallTrace(
            List.of(), List.of(new Message(NOW, Station.CALLER, Station.SERVER, "BYE", "[::1]:7")));
    records.write(List.of(new Entry(call, NOTHING, true), new Entry(over, trace, false)));

    assertThat(records.find(call.id())).contains(over);
    assertThat(records.trace(call.id())).contains(trace);
  }

  @Test
  void callsAreFoundByWhoWhenWhatAndCallId() {
    var toVideo = answered("1", VIDEO, NOW);
    var toNobody = refused("2", NOBODY, NOW.plusSeconds(1));
    var abroad = refused("3", new Aor("video", "elsewhere.example"), NOW.plusSeconds(2));
    write(toVideo, toNobody, abroad);

    assertThat(found(CallSearch.all())).containsExactly(abroad, toNobody, toVideo);
    assertThat(found(CallSearch.all().of(VIDEO))).containsExactly(toVideo);
    assertThat(found(CallSearch.all().of(ALICE))).containsExactly(abroad, toNobody, toVideo);
    assertThat(found(CallSearch.all().ofIsp("elsewhere.example"))).containsExactly(abroad);
    assertThat(found(CallSearch.all().with(Result.CONCEALED))).containsExactly(abroad, toNobody);
    assertThat(found(CallSearch.all().withCallId("2"))).containsExactly(toNobody);
    assertThat(found(CallSearch.all().between(NOW, NOW.plusSeconds(2))))
        .containsExactly(toNobody, toVideo);
    assertThat(found(CallSearch.all().of(VIDEO).with(Result.CONCEALED))).isEmpty();
  }

  @Test
  void pagesFollowOneAnotherWhateverIsRecordedMeanwhile() {
    var all = new ArrayList<CallRecord>();
    for (int i = 0; i < 7; i++) {
      all.add(0, refused("c" + i, NOBODY, NOW.plusMillis(i / 3)));
    }
    all.forEach(this::write);
    var first = records.search(CallSearch.all(), Optional.empty(), 3);
    write(refused("later", NOBODY, NOW.plusSeconds(9)));
    var second = records.search(CallSearch.all(), first.next(), 3);
    var third = records.search(CallSearch.all(), second.next(), 3);

    assertThat(third.next()).isEmpty();
    var seen = new ArrayList<>(first.calls());
    seen.addAll(second.calls());
    seen.addAll(third.calls());
    assertThat(seen).containsExactlyInAnyOrderElementsOf(all);
    assertThat(seen).extracting(CallRecord::begun).isSortedAccordingTo((a, b) -> b.compareTo(a));
  }

  @Test
  void oldCallsArePurgedAFewAtATime() {
    write(answered("1", VIDEO, NOW), answered("2", VIDEO, NOW.plusSeconds(1)));
    write(answered("3", VIDEO, NOW.plusSeconds(2)));
    var limit = NOW.plusSeconds(2);

    assertThat(records.purge(limit, 1)).isEqualTo(1);
    assertThat(records.purge(limit, 10)).isEqualTo(1);
    assertThat(records.purge(limit, 10)).isZero();
    assertThat(found(CallSearch.all())).extracting(CallRecord::callId).containsExactly("3");
  }

  @Test
  void whatAServerCarriedWhenItStoppedIsMarked() {
    var over = ended(answered("over", VIDEO, NOW), NOW.plusSeconds(5));
    write(over, answered("open", VIDEO, NOW), refused("refused", NOBODY, NOW));

    assertThat(records.lost("another")).isZero();
    assertThat(records.lost("node")).isEqualTo(1);
    assertThat(found(CallSearch.all()))
        .filteredOn(call -> call.ending().equals(Optional.of(Ending.SERVER_STOPPED)))
        .extracting(CallRecord::callId)
        .containsExactly("open");
  }

  private List<CallRecord> found(CallSearch search) {
    return records.search(search, Optional.empty(), 100).calls();
  }

  private void write(CallRecord... calls) {
    records.write(Arrays.stream(calls).map(call -> new Entry(call, NOTHING, true)).toList());
  }

  private static CallRecord answered(String callId, Aor callee, Instant begun) {
    return call(
        callId,
        new Party(callee, callee.domain(), Optional.of("[::1]:8")),
        begun,
        Optional.of(begun.plusSeconds(1)),
        200,
        Result.ANSWERED,
        Reason.PERMITTED);
  }

  private static CallRecord refused(String callId, Aor callee, Instant begun) {
    return call(
        callId,
        new Party(callee, callee.domain(), Optional.empty()),
        begun,
        Optional.empty(),
        404,
        Result.CONCEALED,
        Reason.NO_SUCH_USER);
  }

  private static CallRecord call(
      String callId,
      Party callee,
      Instant begun,
      Optional<Instant> answered,
      int status,
      Result result,
      Reason reason) {
    return new CallRecord(
        CallRecord.newId(begun),
        "node",
        callId,
        "INVITE",
        new Party(ALICE, ALICE.domain(), Optional.of("[::1]:7")),
        callee,
        begun,
        answered,
        Optional.empty(),
        status,
        result,
        reason,
        Optional.empty());
  }

  private static CallRecord ended(CallRecord call, Instant when) {
    return new CallRecord(
        call.id(),
        call.node(),
        call.callId(),
        call.method(),
        call.caller(),
        call.callee(),
        call.begun(),
        call.answered(),
        Optional.of(when),
        call.status(),
        call.result(),
        call.reason(),
        Optional.of(Ending.CALLEE_HUNG_UP));
  }
}
