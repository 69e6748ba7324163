package org.m2mx.sip.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.registry.call.CallDecision;
import org.m2mx.registry.call.CallDecision.Reason;
import org.m2mx.registry.call.CallRecord;
import org.m2mx.registry.call.CallRecord.Ending;
import org.m2mx.registry.call.CallRecord.Party;
import org.m2mx.registry.call.CallRecord.Result;
import org.m2mx.registry.call.CallRecords;
import org.m2mx.registry.call.CallTrace.Message;
import org.m2mx.registry.call.CallTrace.Station;
import org.m2mx.registry.meter.Figure;
import org.m2mx.registry.meter.ServiceMeters;
import org.m2mx.registry.schema.Schema;
import org.m2mx.sip.round.Rounds;

class CallRecorderTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final int QUEUE = 5;

  /** A database that can be down, and can lose its answer. */
  private static final class Table extends CallRecords {
    private final List<Entry> entries = new ArrayList<>();
    private boolean down;
    private boolean losesAnswer;
    private Instant purgedBefore;

    Table() {
      super(null, new ServiceMeters(new SimpleMeterRegistry()));
    }

    @Override
    public void write(List<Entry> batch) {
      if (!down) {
        entries.addAll(batch);
      }
      if (down || losesAnswer) {
        throw new IllegalStateException("the database is away");
      }
    }

    @Override
    public Optional<CallRecord> find(UUID id) {
      return entries.stream().map(Entry::call).filter(call -> call.id().equals(id)).findFirst();
    }

    @Override
    public int purge(Instant before, int atMost) {
      purgedBefore = before;
      return 0;
    }

    List<String> callIds() {
      return entries.stream().map(entry -> entry.call().callId()).toList();
    }
  }

  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final Table table = new Table();
  private final CallRecorder recorder =
      new CallRecorder(
          new Schema(null, null),
          table,
          new RecordingPolicy(30, Duration.ofHours(1), QUEUE, "node"),
          CLOCK,
          new Rounds(Thread::new),
          new ServiceMeters(meters));

  @Test
  void callsAreWrittenInTheirOrder() {
    refused("a");
    refused("b");
    assertThat(table.callIds()).as("nobody waits for the database").isEmpty();
    recorder.write();
    assertThat(table.callIds()).containsExactly("a", "b");
  }

  @Test
  void whatTheQueueCannotHoldIsDroppedAndCounted() {
    IntStream.range(0, QUEUE + 2).forEach(i -> refused("c" + i));
    assertThat(recorder.dropped()).isEqualTo(2);
    assertThat(meters.get(Figure.RECORDS_DROPPED.meter()).counter().count()).isEqualTo(2);
    assertThat(meters.get(Figure.RECORDS_WAITING.meter()).gauge().value()).isEqualTo(QUEUE);
    assertThat(meters.get(Figure.CALLS.meter()).tag("method", "INVITE").counter().count())
        .isEqualTo(QUEUE + 2);
    recorder.write();
    assertThat(table.callIds()).hasSize(QUEUE);
  }

  @Test
  void whatCouldNotBeWrittenIsTriedAgain() {
    table.down = true;
    refused("a");
    recorder.write();
    refused("b");
    recorder.write();
    assertThat(table.callIds()).isEmpty();
    table.down = false;
    recorder.write();
    assertThat(table.callIds()).containsExactly("a", "b");
  }

  @Test
  void whatWasWrittenAlthoughTheAnswerWasLostIsNotWrittenTwice() {
    table.losesAnswer = true;
    refused("a");
    recorder.write();
    table.losesAnswer = false;
    recorder.write();
    assertThat(table.callIds()).containsExactly("a");
  }

  @Test
  void whatWaitsIsWrittenAtTheEnd() {
    refused("a");
    recorder.stop();
    assertThat(table.callIds()).containsExactly("a");
  }

  @Test
  void oldCallsArePurged() {
    recorder.purge();
    assertThat(table.purgedBefore).isEqualTo(NOW.minus(Duration.ofDays(30)));
  }

  @Test
  void aCallIsWrittenWhenItIsAnsweredAndWhenItIsOver() {
    RecordedCall call = call("a");
    call.settled(200, Result.ANSWERED, Optional.of("[::1]:8"));
    call.settled(486, Result.FAILED, Optional.empty());
    call.finish();
    recorder.write();
    assertThat(table.entries).singleElement().matches(CallRecords.Entry::first);
    assertThat(table.entries.get(0).call().ended()).isEmpty();

    call.ended(Ending.CALLEE_HUNG_UP);
    call.ended(Ending.LAPSED);
    call.finish();
    call.finish();
    recorder.write();
    assertThat(table.entries).hasSize(2);
    assertThat(table.entries.get(1).first()).isFalse();
    assertThat(table.entries.get(1).call().ending()).contains(Ending.CALLEE_HUNG_UP);
    assertThat(table.entries.get(1).call().ended()).contains(NOW);
  }

  @Test
  void aCallNeverAnsweredHasNoEnding() {
    RecordedCall call = call("a");
    call.settled(404, Result.CONCEALED, Optional.empty());
    call.ended(Ending.LAPSED);
    call.finish();
    recorder.write();
    assertThat(table.entries).singleElement();
    assertThat(table.entries.get(0).call().ending()).isEmpty();
    assertThat(table.entries.get(0).call().ended()).contains(NOW);
  }

  @Test
  void ofALongDialogTheBeginningAndTheLatestMessageAreKept() {
    RecordedCall call = call("a");
    call.saw(Station.CALLER, Station.SERVER, "INVITE", "");
    IntStream.range(0, 1000).forEach(i -> call.saw(Station.CALLER, Station.SERVER, "INFO", ""));
    call.saw(Station.CALLER, Station.SERVER, "BYE", "");
    call.settled(200, Result.ANSWERED, Optional.empty());
    recorder.write();
    List<Message> messages = table.entries.get(0).trace().messages();
    assertThat(messages).hasSize(100);
    assertThat(messages.get(0).what()).isEqualTo("INVITE");
    assertThat(messages.get(99).what()).isEqualTo("BYE");
  }

  private void refused(String callId) {
    call(callId).settled(404, Result.CONCEALED, Optional.empty());
  }

  private RecordedCall call(String callId) {
    Party alice =
        new Party(new Aor("alice", "m2m-x.example"), "m2m-x.example", Optional.of("[::1]:7"));
    return new RecordedCall(
        recorder,
        "node",
        CLOCK,
        new RecordedCall.Request("INVITE", callId, alice, "tag", alice),
        new CallDecision(Reason.PERMITTED, List.of(), List.of()));
  }
}
