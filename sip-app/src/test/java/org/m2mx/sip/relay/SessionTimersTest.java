package org.m2mx.sip.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.servlet.sip.Address;
import javax.servlet.sip.ServletTimer;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.TimerService;
import org.junit.jupiter.api.Test;
import org.m2mx.sip.Stub;
import org.m2mx.sip.timer.Due;
import org.m2mx.sip.timer.Timers;

class SessionTimersTest {
  private final List<String> ended = new ArrayList<>();
  private final SipApplicationSession session = Stub.session(() -> ended.add("session"));
  private final List<Object> delays = new ArrayList<>();
  private final List<Due> due = new ArrayList<>();
  private final List<ServletTimer> cancelled = new ArrayList<>();
  private final SessionTimers timers =
      new SessionTimers(
          new Timers(() -> Stub.of(TimerService.class, Map.of("createTimer", this::timer))),
          Duration.ofMinutes(30),
          Duration.ofSeconds(90));

  private ServletTimer timer(Object... given) {
    delays.add(given[1]);
    due.add((Due) given[3]);
    Map<String, Function<Object[], Object>> answers = new HashMap<>();
    ServletTimer timer = Stub.of(ServletTimer.class, answers);
    answers.put("cancel", none -> cancelled.add(timer));
    return timer;
  }

  private static Address tagged(String tag) {
    return Stub.of(Address.class, Map.of("getParameter", name -> tag));
  }

  /** To what a callee has sent. */
  private SipServletResponse accepted(String method, String calleeTag) {
    return Stub.of(
        SipServletResponse.class,
        Map.of(
            "getStatus", none -> 200,
            "getMethod", none -> method,
            "getHeader", name -> "120;refresher=uac",
            "getRequest", none -> null,
            "getApplicationSession", none -> session,
            "getTo", none -> tagged("caller"),
            "getFrom", none -> tagged(calleeTag)));
  }

  @Test
  void whatIsRefreshedIsTimed() {
    OpenDialogs.begin(session, "one");
    timers.agree(accepted("UPDATE", "one"));
    timers.agree(accepted("UPDATE", "one"));
    assertThat(delays).containsExactly(120_000L, 120_000L);
    assertThat(cancelled).hasSize(1);
  }

  @Test
  void whatNobodyRefreshesIsOverWithItsLastDialog() {
    OpenDialogs.begin(session, "one");
    OpenDialogs.begin(session, "two");
    timers.agree(accepted("INVITE", "one"));
    timers.agree(accepted("INVITE", "two"));
    due.get(0).run();
    assertThat(ended).as("while another device talks").isEmpty();
    due.get(1).run();
    assertThat(ended).containsExactly("session");
  }

  @Test
  void anEarlyDialogIsNot() {
    OpenDialogs.begin(session, "one");
    timers.agree(accepted("UPDATE", "ringing"));
    assertThat(delays).isEmpty();
  }

  @Test
  void norIsOneThatIsOver() {
    OpenDialogs.begin(session, "one");
    timers.agree(accepted("INVITE", "one"));
    SessionTimers.stop(session, "one");
    OpenDialogs.end(session, "one");
    timers.agree(accepted("INVITE", "one"));
    assertThat(delays).hasSize(1);
    assertThat(cancelled).hasSize(1);
  }
}
