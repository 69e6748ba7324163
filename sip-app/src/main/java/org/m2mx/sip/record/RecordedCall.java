package org.m2mx.sip.record;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipApplicationSessionBindingEvent;
import javax.servlet.sip.SipApplicationSessionBindingListener;
import org.m2mx.registry.call.CallDecision;
import org.m2mx.registry.call.CallRecord;
import org.m2mx.registry.call.CallRecord.Ending;
import org.m2mx.registry.call.CallRecord.Party;
import org.m2mx.registry.call.CallRecord.Result;
import org.m2mx.registry.call.CallRecords.Entry;
import org.m2mx.registry.call.CallTrace;
import org.m2mx.registry.call.CallTrace.Message;
import org.m2mx.registry.call.CallTrace.Station;
import org.m2mx.registry.call.RuleVerdict;

/**
 * A call while it goes on, as it will be recorded: once when its result is known, and once more
 * when it is over.
 */
public final class RecordedCall implements SipApplicationSessionBindingListener {
  private static final String ATTRIBUTE = RecordedCall.class.getName();

  /** A dialog may carry any number of requests; the last one matters more than the hundredth. */
  private static final int MOST_MESSAGES = 100;

  /**
   * Who asks whom for what.
   *
   * @param method of the request
   * @param callId of the request
   * @param caller authenticated, and where it was heard from
   * @param callerTag the tag in From
   * @param callee known or not, and not heard from yet
   */
  public record Request(
      String method, String callId, Party caller, String callerTag, Party callee) {}

  private final CallRecorder recorder;
  private final String node;
  private final Clock clock;
  private final Request request;
  private final UUID id;
  private final Instant begun;
  private final CallDecision.Reason reason;
  private final List<RuleVerdict> rules;
  private final List<Message> messages = new ArrayList<>();

  private int status;
  private Result result;
  private Optional<String> calleeAddress = Optional.empty();
  private Optional<Instant> answered = Optional.empty();
  private Optional<Instant> ended = Optional.empty();
  private Optional<Ending> ending = Optional.empty();
  private boolean endToBeWritten;

  /**
   * Begins to record.
   *
   * @param recorder takes it down
   * @param node this server
   * @param clock the time
   * @param request what is asked
   * @param decision what the registry said
   */
  public RecordedCall(
      CallRecorder recorder, String node, Clock clock, Request request, CallDecision decision) {
    this.recorder = recorder;
    this.node = node;
    this.clock = clock;
    this.request = request;
    this.begun = clock.instant();
    this.id = CallRecord.newId(begun);
    this.reason = decision.reason();
    this.rules = decision.trace();
  }

  /** The call that a session belongs to; empty when it is not recorded. */
  public static Optional<RecordedCall> of(SipApplicationSession session) {
    return Optional.ofNullable((RecordedCall) session.getAttribute(ATTRIBUTE));
  }

  /** Makes this the call that a session belongs to. */
  public void keepIn(SipApplicationSession session) {
    session.setAttribute(ATTRIBUTE, this);
  }

  /**
   * Takes note of a message.
   *
   * @param from who sent it
   * @param to who got it
   * @param what method, or status and reason phrase
   * @param device host and port of the device that sent or got it; empty when it is not known
   */
  public synchronized void saw(Station from, Station to, String what, String device) {
    Message message = new Message(clock.instant(), from, to, what, device);
    if (messages.size() < MOST_MESSAGES) {
      messages.add(message);
    } else {
      messages.set(MOST_MESSAGES - 1, message);
    }
  }

  /**
   * Takes note of a message that came from one end and is passed on to the other.
   *
   * @param from the caller or the callee
   * @param what method, or status and reason phrase
   * @param device host and port that it came from; empty when it is not known
   */
  public synchronized void passedOn(Station from, String what, String device) {
    saw(from, Station.SERVER, what, device);
    saw(Station.SERVER, opposite(from), what, "");
  }

  /** The other end of the call. */
  public static Station opposite(Station end) {
    return end == Station.CALLER ? Station.CALLEE : Station.CALLER;
  }

  /** Which end of the call has a tag. */
  public Station with(String tag) {
    return Objects.equals(request.callerTag(), tag) ? Station.CALLER : Station.CALLEE;
  }

  /**
   * The caller gets its final answer; of several the first counts.
   *
   * @param finalStatus 200 to 699
   * @param what it came to
   * @param calleeDevice host and port of the device that answered; empty when none did
   */
  public synchronized void settled(int finalStatus, Result what, Optional<String> calleeDevice) {
    if (result != null) {
      return;
    }
    Instant now = clock.instant();
    status = finalStatus;
    result = what;
    calleeAddress = calleeDevice;
    boolean talking = what == Result.ANSWERED && !"MESSAGE".equals(request.method());
    answered = what == Result.ANSWERED ? Optional.of(now) : Optional.empty();
    ended = talking ? Optional.empty() : Optional.of(now);
    write(true);
  }

  /**
   * An answered call is over; of several endings the first counts.
   *
   * @param how why
   */
  public synchronized void ended(Ending how) {
    if (result == Result.ANSWERED && ended.isEmpty()) {
      ended = Optional.of(clock.instant());
      ending = Optional.of(how);
      endToBeWritten = true;
    }
  }

  /** Nothing more is to come: what has not been recorded yet is recorded now. */
  public synchronized void finish() {
    if (endToBeWritten) {
      endToBeWritten = false;
      write(false);
    }
  }

  @Override
  public void valueBound(SipApplicationSessionBindingEvent event) {
    // It was made for this session.
  }

  /** The session ends. */
  @Override
  public void valueUnbound(SipApplicationSessionBindingEvent event) {
    finish();
  }

  /** Call-ID and the two, for log lines. */
  @Override
  public String toString() {
    return "%s from %s to %s, Call-ID %s"
        .formatted(
            request.method(), request.caller().aor(), request.callee().aor(), request.callId());
  }

  private void write(boolean first) {
    CallRecord call =
        new CallRecord(
            id,
            node,
            request.callId(),
            request.method(),
            request.caller(),
            new Party(request.callee().aor(), request.callee().isp(), calleeAddress),
            begun,
            answered,
            ended,
            status,
            result,
            reason,
            ending);
    recorder.record(new Entry(call, new CallTrace(rules, messages), first));
  }
}
