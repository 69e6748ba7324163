package org.m2mx.sip.presence;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.servlet.sip.ServletTimer;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipSession;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Binding;
import org.m2mx.registry.call.CallDecision;
import org.m2mx.registry.call.CallDecision.Verdict;
import org.m2mx.registry.call.CallDecisions;
import org.m2mx.registry.call.CallRecord.Ending;
import org.m2mx.registry.call.CallTrace.Station;
import org.m2mx.sip.answer.DeltaSeconds;
import org.m2mx.sip.record.RecordedCall;
import org.m2mx.sip.timer.Timers;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * One subscription to somebody's presence (RFC 3856), and what its watcher has been told. All but
 * {@link #wake} is called with the lock of its session.
 */
final class Watch {
  private static final Logger LOG = System.getLogger(Watch.class.getName());

  /** Ours, beyond the end of the subscription, so that we end it and not the container. */
  private static final int SPARE_MINUTES = 2;

  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final Aor watcher;
  private final Aor presentity;
  private final SipSession session;
  private final String event;
  private final Watches watches;
  private final CallDecisions decisions;
  private final Timers timers;
  private final Clock clock;

  private volatile Flow flow;
  private Instant until;
  private Optional<Boolean> told = Optional.empty();
  private ServletTimer alarm;
  private boolean ended;

  Watch(
      Aor watcher,
      Aor presentity,
      SipServletRequest subscribe,
      Watches watches,
      CallDecisions decisions,
      Timers timers,
      Clock clock) {
    this.watcher = watcher;
    this.presentity = presentity;
    this.session = subscribe.getSession();
    this.event = subscribe.getHeader("Event");
    this.flow = Flow.of(subscribe);
    this.watches = watches;
    this.decisions = decisions;
    this.timers = timers;
    this.clock = clock;
  }

  Aor watcher() {
    return watcher;
  }

  Aor presentity() {
    return presentity;
  }

  Flow flow() {
    return flow;
  }

  /** Begins, prolongs or with zero ends it; the watcher is told in any case (RFC 6665 4.2.1.2). */
  void subscribe(Flow from, Duration granted) {
    flow = from;
    until = clock.instant().plus(granted);
    told = Optional.empty();
    session
        .getApplicationSession()
        .setExpires(Math.toIntExact(granted.toMinutes()) + SPARE_MINUTES);
    look();
  }

  /** Has it look for changes, soon and with the right lock. */
  void wake() {
    timers.after(session.getApplicationSession(), AT_ONCE, this::look);
  }

  /** Ends it without a word: nobody is there to hear it. */
  void drop() {
    end(Ending.LAPSED);
    session.getApplicationSession().invalidate();
  }

  private void look() {
    if (ended) {
      return;
    }
    if (!watches.dependOn(flow, watcher)) {
      drop();
      return;
    }
    Instant now = clock.instant();
    CallDecision decision = decisions.decide(watcher, presentity, now);
    boolean open =
        decision.bindings().stream().map(this::reachable).reduce(false, Boolean::logicalOr);
    if (decision.verdict() == Verdict.UNKNOWN_USER) {
      tell(false, "terminated;reason=rejected", now);
      end(Ending.CALLEE_HUNG_UP);
    } else if (!until.isAfter(now)) {
      tell(open, "terminated;reason=timeout", now);
      end(Ending.CALLER_HUNG_UP);
    } else {
      if (!told.equals(Optional.of(open))) {
        tell(open, "active;expires=" + DeltaSeconds.of(Duration.between(now, until)), now);
      }
      setAlarm(decision, now);
    }
  }

  private boolean reachable(Binding binding) {
    return watches.dependOn(Flow.parse(binding.flow()), presentity);
  }

  private void tell(boolean open, String state, Instant now) {
    told = Optional.of(open);
    try {
      SipServletRequest notify = session.createRequest("NOTIFY");
      notify.setHeader("Event", event);
      notify.setHeader("Subscription-State", state);
      notify.setContent(
          new Pidf(presentity, open, now).toXml().getBytes(StandardCharsets.UTF_8),
          Pidf.CONTENT_TYPE);
      notify.pushRoute(flow.route());
      notify.send();
      RecordedCall.of(session.getApplicationSession())
          .ifPresent(
              call ->
                  call.saw(Station.SERVER, Station.CALLER, "NOTIFY " + state.split("[;=]")[0], ""));
      LOG.log(
          Level.INFO,
          "NOTIFY {0} of {1}: {2}, {3}, Call-ID {4}",
          watcher,
          presentity,
          open ? "open" : "closed",
          state,
          session.getCallId());
    } catch (IOException | IllegalStateException e) {
      LOG.log(
          Level.INFO,
          "NOTIFY {0} of {1} cannot be sent, Call-ID {2}: {3}",
          watcher,
          presentity,
          session.getCallId(),
          e.getMessage());
      drop();
    }
  }

  private void end(Ending how) {
    ended = true;
    if (alarm != null) {
      alarm.cancel();
    }
    watches.remove(this);
    RecordedCall.of(session.getApplicationSession())
        .ifPresent(
            call -> {
              call.ended(how);
              call.finish();
            });
  }

  /** Bindings and permissions end by themselves, too. */
  private void setAlarm(CallDecision decision, Instant now) {
    if (alarm != null) {
      alarm.cancel();
    }
    Instant next =
        decision.bindings().stream()
            .map(Binding::expires)
            .filter(until::isAfter)
            .min(Instant::compareTo)
            .orElse(until);
    alarm =
        timers.after(
            session.getApplicationSession(), Duration.between(now, next).plus(AT_ONCE), this::look);
  }
}
