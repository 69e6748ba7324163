package org.m2mx.sip.relay;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import javax.servlet.sip.ServletTimer;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipServletMessage;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.registry.call.CallRecord.Ending;
import org.m2mx.sip.record.RecordedCall;
import org.m2mx.sip.timer.Timers;

/**
 * Session timers as a proxy keeps them (RFC 4028 section 8): a dialog whose two ends are not heard
 * of in time is over, although no BYE told so.
 */
@Singleton
public class SessionTimers {
  private static final Logger LOG = System.getLogger(SessionTimers.class.getName());

  private static final String SESSION_EXPIRES = "Session-Expires";
  private static final String MIN_SE = "Min-SE";
  static final String OPTION_TAG = "timer";
  private static final int INTERVAL_TOO_SMALL = 422;
  private static final long SHORTEST_SECONDS = 90;
  private static final String PREFIX = SessionTimers.class.getName() + '.';

  /** The requests that refresh a session. */
  private static final Set<String> REFRESHING = Set.of("INVITE", "UPDATE");

  private final Timers timers;
  private final long interval;
  private final long minimum;

  /**
   * @param timers wake us up
   * @param interval how long a session may last without a refresh, from {@code
   *     m2mx.relay.session-expires}
   * @param minimum the shortest that devices may ask for, from {@code
   *     m2mx.relay.min-session-expires}
   * @throws IllegalArgumentException if the minimum is below the 90 seconds of RFC 4028 section 5,
   *     or the interval below the minimum
   */
  @Inject
  public SessionTimers(
      Timers timers,
      @ConfigProperty(name = "m2mx.relay.session-expires", defaultValue = "PT30M")
          Duration interval,
      @ConfigProperty(name = "m2mx.relay.min-session-expires", defaultValue = "PT90S")
          Duration minimum) {
    if (minimum.toSeconds() < SHORTEST_SECONDS) {
      throw new IllegalArgumentException(
          "m2mx.relay.min-session-expires=" + minimum + ": give PT90S or more");
    }
    if (interval.compareTo(minimum) < 0) {
      throw new IllegalArgumentException(
          "m2mx.relay.session-expires="
              + interval
              + ": give no less than m2mx.relay.min-session-expires, "
              + minimum);
    }
    this.timers = timers;
    this.interval = interval.toSeconds();
    this.minimum = minimum.toSeconds();
  }

  /**
   * Answers 422 to a request that wants to be refreshed too often; asks for refreshes where the
   * sender can do them (RFC 4028 section 8.1).
   *
   * @return whether it was answered
   * @throws IOException if the answer cannot be sent
   */
  boolean refuse(SipServletRequest request) throws IOException {
    if (!REFRESHING.contains(request.getMethod())) {
      return false;
    }
    OptionalLong wanted = seconds(request, SESSION_EXPIRES);
    boolean capable = supports(request);
    if (wanted.isEmpty()) {
      if (capable) {
        long least = Math.max(minimum, seconds(request, MIN_SE).orElse(0));
        request.setHeader(SESSION_EXPIRES, Long.toString(Math.max(interval, least)));
        request.setHeader(MIN_SE, Long.toString(least));
      }
    } else if (wanted.getAsLong() < minimum && capable) {
      SipServletResponse refusal =
          request.createResponse(INTERVAL_TOO_SMALL, "Session Interval Too Small");
      refusal.setHeader(MIN_SE, Long.toString(minimum));
      refusal.send();
      return true;
    } else if (wanted.getAsLong() < minimum) {
      request.setHeader(SESSION_EXPIRES, Long.toString(minimum));
      request.setHeader(MIN_SE, Long.toString(minimum));
    }
    return false;
  }

  /**
   * Keeps to what the two have agreed on; where the callee knows nothing of timers, the caller does
   * the refreshes (RFC 4028 section 8.2).
   *
   * @param response to be passed on; all but a 2xx to a refresh is left alone
   */
  void agree(SipServletResponse response) {
    boolean accepts = response.getStatus() >= 200 && response.getStatus() < 300;
    if (!accepts || !REFRESHING.contains(response.getMethod())) {
      return;
    }
    OptionalLong agreed = seconds(response, SESSION_EXPIRES);
    SipServletRequest request = response.getRequest();
    if (agreed.isEmpty() && request != null && supports(request)) {
      agreed = seconds(request, SESSION_EXPIRES);
      agreed.ifPresent(
          seconds -> {
            response.setHeader(SESSION_EXPIRES, seconds + ";refresher=uac");
            response.addHeader("Require", OPTION_TAG);
          });
    }
    restart(response.getApplicationSession(), Parties.of(response).calleeTag(response), agreed);
  }

  /**
   * Stops waiting for refreshes: a dialog is over.
   *
   * @param dialog the callee's tag
   */
  static void stop(SipApplicationSession session, String dialog) {
    running(session, dialog).ifPresent(ServletTimer::cancel);
    session.removeAttribute(PREFIX + dialog);
  }

  private void restart(SipApplicationSession session, String dialog, OptionalLong seconds) {
    stop(session, dialog);
    if (!OpenDialogs.isOpen(session, dialog)) {
      // An early dialog ends with its INVITE, whoever refreshes it.
      return;
    }
    seconds.ifPresent(
        s ->
            session.setAttribute(
                PREFIX + dialog,
                timers.after(session, Duration.ofSeconds(s), () -> lapse(session, dialog))));
  }

  private static void lapse(SipApplicationSession session, String dialog) {
    if (!OpenDialogs.end(session, dialog)) {
      Parties.of(session).forget(dialog);
      return;
    }
    RecordedCall.of(session)
        .ifPresent(
            call -> {
              call.ended(Ending.LAPSED);
              LOG.log(Level.INFO, "Nobody refreshed the session in time: {0}", call);
            });
    session.invalidate();
  }

  private static Optional<ServletTimer> running(SipApplicationSession session, String dialog) {
    return Optional.ofNullable((ServletTimer) session.getAttribute(PREFIX + dialog));
  }

  private static OptionalLong seconds(SipServletMessage message, String header) {
    String value = message.getHeader(header);
    if (value == null) {
      return OptionalLong.empty();
    }
    String number = value.split(";", 2)[0].strip();
    return number.matches("\\d{1,9}")
        ? OptionalLong.of(Long.parseLong(number))
        : OptionalLong.empty();
  }

  private static boolean supports(SipServletRequest request) {
    List<String> values = new ArrayList<>();
    request.getHeaders("Supported").forEachRemaining(values::add);
    return values.stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .anyMatch(tag -> tag.strip().equalsIgnoreCase(OPTION_TAG));
  }
}
