package org.m2mx.sip.regevent;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.SipSession;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Bindings;
import org.m2mx.sip.answer.Answers;
import org.m2mx.sip.authentication.Authentication;
import org.m2mx.sip.authentication.Authentication.Asker;
import org.m2mx.sip.authentication.Identity;
import org.m2mx.sip.event.EventPackage;
import org.m2mx.sip.timer.Timers;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * Takes subscriptions to the event package {@code reg} (RFC 3680, RFC 6665). Subscribers watch
 * their own registration, and nobody else's.
 */
@Singleton
public class RegEvents implements EventPackage {
  private static final Logger LOG = System.getLogger(RegEvents.class.getName());

  private static final String WATCHER = "org.m2mx.sip.regevent.watcher";

  /** RFC 3680 section 4.4. */
  private static final long BY_DEFAULT = 3761;

  private static final long SHORTEST = 60;

  private final Authentication authentication;
  private final Watchers watchers;
  private final Bindings bindings;
  private final Timers timers;
  private final Clock clock;

  /**
   * @param authentication tells who subscribes
   * @param watchers who watches whose registration
   * @param bindings what is watched
   * @param timers wake us up
   * @param clock the time
   */
  @Inject
  public RegEvents(
      Authentication authentication,
      Watchers watchers,
      Bindings bindings,
      Timers timers,
      Clock clock) {
    this.authentication = authentication;
    this.watchers = watchers;
    this.bindings = bindings;
    this.timers = timers;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "reg";
  }

  @Override
  public boolean begin(SipServletRequest request) throws IOException {
    if (Answers.refusesExtensions(request, "Require", Set.of())) {
      return false;
    }
    if (request.getTo().getParameter("tag") != null) {
      request.createResponse(SipServletResponse.SC_CALL_LEG_DONE).send();
      return false;
    }
    if (!isUnderstood(request)) {
      SipServletResponse response = request.createResponse(SipServletResponse.SC_NOT_ACCEPTABLE);
      response.setHeader("Accept", RegInfo.CONTENT_TYPE);
      response.send();
      return false;
    }
    Aor aor;
    try {
      aor = Identity.from(request);
    } catch (IllegalArgumentException notAnAor) {
      Answers.refuse(request, SipServletResponse.SC_BAD_REQUEST, "From: " + notAnAor.getMessage());
      return false;
    }
    if (!authentication.proves(request, aor, Asker.REGISTRAR)) {
      return false;
    }
    if (!aims(request, aor)) {
      Answers.refuse(
          request,
          SipServletResponse.SC_FORBIDDEN,
          "a subscriber may watch its own registration only");
      return false;
    }
    return subscribe(request, aor);
  }

  private boolean subscribe(SipServletRequest request, Aor aor) throws IOException {
    long granted = granted(request);
    if (granted < 0) {
      return false;
    }
    Flow flow = Flow.of(request);
    Watcher watcher = new Watcher(aor, request, watchers, bindings, timers, clock);
    if (!watchers.add(watcher)) {
      Answers.refuse(
          request, SipServletResponse.SC_FORBIDDEN, "too many subscriptions: end one first");
      return false;
    }
    request.getSession().setAttribute(WATCHER, watcher);
    accept(request, aor, watcher, flow, granted);
    return true;
  }

  @Override
  public void renew(SipServletRequest request) throws IOException {
    Watcher watcher = watcher(request.getSession());
    Flow flow = Flow.of(request);
    if (!flow.equals(watcher.flow())
        && !authentication.proves(request, watcher.aor(), Asker.REGISTRAR)) {
      // A new connection says nothing of who opened it.
      return;
    }
    long granted = granted(request);
    if (granted >= 0) {
      accept(request, watcher.aor(), watcher, flow, granted);
    }
  }

  private void accept(SipServletRequest request, Aor aor, Watcher watcher, Flow flow, long granted)
      throws IOException {
    SipServletResponse response = request.createResponse(SipServletResponse.SC_OK);
    response.setExpires(Math.toIntExact(granted));
    response.send();
    LOG.log(
        Level.INFO,
        "SUBSCRIBE {0} to its registration for {1} s, Call-ID {2}",
        aor,
        granted,
        request.getCallId());
    watcher.subscribe(flow, Duration.ofSeconds(granted));
  }

  /** Seconds; negative when the request was answered for asking for too few. */
  private static long granted(SipServletRequest request) throws IOException {
    String wish = request.getHeader("Expires");
    if (wish == null || !wish.strip().matches("\\d{1,18}")) {
      return BY_DEFAULT;
    }
    long seconds = Math.min(Long.parseLong(wish.strip()), BY_DEFAULT);
    if (seconds > 0 && seconds < SHORTEST) {
      SipServletResponse response =
          request.createResponse(SipServletResponse.SC_INTERVAL_TOO_BRIEF);
      response.setHeader("Min-Expires", Long.toString(SHORTEST));
      response.send();
      return -1;
    }
    return seconds;
  }

  private static boolean aims(SipServletRequest request, Aor aor) {
    try {
      return aor.equals(Identity.target(request));
    } catch (IllegalArgumentException notAnAor) {
      return false;
    }
  }

  private static boolean isUnderstood(SipServletRequest request) {
    Iterator<String> accepted = request.getHeaders("Accept");
    boolean understood = !accepted.hasNext();
    while (accepted.hasNext()) {
      String types = accepted.next().toLowerCase(Locale.ROOT);
      understood |=
          types.contains(RegInfo.CONTENT_TYPE)
              || types.contains("application/*")
              || types.contains("*/*");
    }
    return understood;
  }

  @Override
  public void refused(SipServletResponse response) {
    Watcher watcher = watcher(response.getSession());
    LOG.log(
        Level.INFO,
        "NOTIFY to {0} answered {1}: the subscription ends, Call-ID {2}",
        watcher.aor(),
        response.getStatus(),
        response.getCallId());
    watcher.drop();
  }

  private static Watcher watcher(SipSession session) {
    return (Watcher) session.getAttribute(WATCHER);
  }
}
