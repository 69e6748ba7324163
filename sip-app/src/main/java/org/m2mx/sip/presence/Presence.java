package org.m2mx.sip.presence;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.m2mx.registry.Aor;
import org.m2mx.registry.call.CallDecision;
import org.m2mx.registry.call.CallDecision.Verdict;
import org.m2mx.registry.call.CallDecisions;
import org.m2mx.registry.call.CallRecord.Result;
import org.m2mx.registry.call.CallTrace.Station;
import org.m2mx.sip.answer.Answers;
import org.m2mx.sip.authentication.Authentication;
import org.m2mx.sip.authentication.Authentication.Asker;
import org.m2mx.sip.event.EventPackage;
import org.m2mx.sip.record.RecordedCall;
import org.m2mx.sip.record.RecordedCalls;
import org.m2mx.sip.relay.Admission;
import org.m2mx.sip.relay.Targets;
import org.m2mx.sip.timer.Timers;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * Takes subscriptions to the presence of those whom the watcher may call (RFC 3856, RFC 6665).
 * Everybody else is told what a caller of nobody is told, and nothing that is answered before that
 * depends on who is watched.
 */
@Singleton
public class Presence implements EventPackage {
  private static final Logger LOG = System.getLogger(Presence.class.getName());
  private static final String WATCH = Watch.class.getName();

  private final Admission admission;
  private final Targets targets;
  private final Authentication authentication;
  private final CallDecisions decisions;
  private final RecordedCalls calls;
  private final Watches watches;
  private final PresencePolicy policy;
  private final Timers timers;
  private final Clock clock;

  /**
   * @param admission what must be so whoever is watched
   * @param targets reads whom a request is for
   * @param authentication tells whether a watcher that comes over another connection is the same
   * @param decisions who may call may watch
   * @param calls begins records
   * @param watches who watches whom
   * @param policy how much watching there may be
   * @param timers wake us up
   * @param clock the time
   */
  @Inject
  public Presence(
      Admission admission,
      Targets targets,
      Authentication authentication,
      CallDecisions decisions,
      RecordedCalls calls,
      Watches watches,
      PresencePolicy policy,
      Timers timers,
      Clock clock) {
    this.admission = admission;
    this.targets = targets;
    this.authentication = authentication;
    this.decisions = decisions;
    this.calls = calls;
    this.watches = watches;
    this.policy = policy;
    this.timers = timers;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "presence";
  }

  @Override
  public boolean begin(SipServletRequest request) throws IOException {
    Optional<Aor> admitted = admission.admit(request, "Require");
    if (admitted.isEmpty() || refusesDocuments(request)) {
      return false;
    }
    OptionalLong granted = granted(request);
    if (granted.isEmpty()) {
      return false;
    }
    Aor watcher = admitted.get();
    Aor presentity = targets.of(request).aor();
    CallDecision decision = decisions.decide(watcher, presentity, clock.instant());
    RecordedCall call = calls.begin(request, watcher, presentity, decision);
    LOG.log(
        Level.INFO,
        "SUBSCRIBE from {0} to {1}: {2}, Call-ID {3}",
        watcher,
        presentity,
        decision.reason(),
        request.getCallId());
    if (decision.verdict() == Verdict.UNKNOWN_USER) {
      Answers.conceal(request);
      settled(call, SipServletResponse.SC_NOT_FOUND, "Not Found", Result.CONCEALED);
      return false;
    }
    Watch watch = new Watch(watcher, presentity, request, watches, decisions, timers, clock);
    if (!watches.add(watch)) {
      Answers.refuse(
          request, SipServletResponse.SC_FORBIDDEN, "too many subscriptions: end one first");
      settled(call, SipServletResponse.SC_FORBIDDEN, "Forbidden", Result.FAILED);
      return false;
    }
    call.keepIn(request.getApplicationSession());
    request.getSession().setAttribute(WATCH, watch);
    settled(call, SipServletResponse.SC_OK, "OK", Result.ANSWERED);
    accept(request, watch, granted.getAsLong());
    return true;
  }

  private static void settled(RecordedCall call, int status, String phrase, Result result) {
    call.saw(Station.SERVER, Station.CALLER, status + " " + phrase, "");
    call.settled(status, result, Optional.empty());
  }

  @Override
  public void renew(SipServletRequest request) throws IOException {
    Watch watch = (Watch) request.getSession().getAttribute(WATCH);
    // A new connection says nothing of who opened it.
    if (!Flow.of(request).equals(watch.flow())
        && !authentication.proves(request, watch.watcher(), Asker.RELAY)) {
      return;
    }
    OptionalLong granted = granted(request);
    if (granted.isPresent()) {
      accept(request, watch, granted.getAsLong());
    }
  }

  private static void accept(SipServletRequest request, Watch watch, long granted)
      throws IOException {
    SipServletResponse response = request.createResponse(SipServletResponse.SC_OK);
    response.setExpires(Math.toIntExact(granted));
    response.send();
    watch.subscribe(Flow.of(request), Duration.ofSeconds(granted));
  }

  private static boolean refusesDocuments(SipServletRequest request) throws IOException {
    if (takesPidf(request)) {
      return false;
    }
    SipServletResponse response = request.createResponse(SipServletResponse.SC_NOT_ACCEPTABLE);
    response.setHeader("Accept", Pidf.CONTENT_TYPE);
    response.send();
    return true;
  }

  private static boolean takesPidf(SipServletRequest request) {
    Iterator<String> accepted = request.getHeaders("Accept");
    boolean takes = !accepted.hasNext();
    while (accepted.hasNext()) {
      String types = accepted.next().toLowerCase(Locale.ROOT);
      takes |=
          types.contains(Pidf.CONTENT_TYPE)
              || types.contains("application/*")
              || types.contains("*/*");
    }
    return takes;
  }

  /** Seconds; empty when the request was answered for asking for too few. */
  private OptionalLong granted(SipServletRequest request) throws IOException {
    String wish = request.getHeader("Expires");
    if (wish == null || !wish.strip().matches("\\d{1,18}")) {
      return OptionalLong.of(policy.maxExpires());
    }
    long seconds = Math.min(Long.parseLong(wish.strip()), policy.maxExpires());
    if (seconds > 0 && seconds < PresencePolicy.MIN_EXPIRES_SECONDS) {
      SipServletResponse response =
          request.createResponse(SipServletResponse.SC_INTERVAL_TOO_BRIEF);
      response.setHeader("Min-Expires", Long.toString(PresencePolicy.MIN_EXPIRES_SECONDS));
      response.send();
      return OptionalLong.empty();
    }
    return OptionalLong.of(seconds);
  }

  @Override
  public void refused(SipServletResponse response) {
    Watch watch = (Watch) response.getSession().getAttribute(WATCH);
    LOG.log(
        Level.INFO,
        "NOTIFY {0} answered {1}: the subscription ends, Call-ID {2}",
        watch.watcher(),
        response.getStatus(),
        response.getCallId());
    watch.drop();
  }
}
