package org.m2mx.sip.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.servlet.sip.Address;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.sip.Stub;
import org.m2mx.sip.timer.Timers;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.Flow;

class ResponsesTest {
  private static final Aor VIDEO = new Aor("video", "m2m-x.example");
  private static final Flow FLOW = new Flow(Transport.TLS, "::1", 5061, "::1", 40000, "flow");

  private final List<Object> minutes = new ArrayList<>();
  private final SipApplicationSession session = session();
  private final RelayTimes times = new RelayTimes(Duration.ofMinutes(3), Duration.ofHours(24));
  private final Responses responses =
      new Responses(
          new SessionTimers(
              new Timers(
                  () -> {
                    throw new AssertionError("nobody asked for a session timer");
                  }),
              Duration.ofMinutes(30),
              Duration.ofSeconds(90)),
          times);

  private SipApplicationSession session() {
    Map<Object, Object> attributes = new HashMap<>();
    return Stub.of(
        SipApplicationSession.class,
        Map.of(
            "getAttribute", given -> attributes.get(given[0]),
            "setAttribute", given -> attributes.put(given[0], given[1]),
            "removeAttribute", given -> attributes.remove(given[0]),
            "setExpires",
                given -> {
                  minutes.add(given[0]);
                  return given[0];
                }));
  }

  @BeforeEach
  void called() {
    Parties.of(session)
        .called(
            VIDEO,
            Stub.of(
                SipServletRequest.class,
                Map.of("getFrom", none -> tagged("caller"), "getHeader", name -> "1 INVITE")));
  }

  private static Address tagged(String tag) {
    return Stub.of(Address.class, Map.of("getParameter", name -> tag));
  }

  private SipServletResponse answer(int status, String calleeTag, List<Integer> reworded) {
    Parties.of(session).heard(calleeTag, VIDEO, FLOW);
    Map<String, Function<Object[], Object>> answers = new HashMap<>();
    answers.put(
        "getStatus", none -> reworded.isEmpty() ? status : reworded.get(reworded.size() - 1));
    answers.put("setStatus", given -> reworded.add((Integer) given[0]));
    answers.put("getReasonPhrase", none -> "");
    answers.put("getMethod", none -> "INVITE");
    answers.put("getHeader", name -> "CSeq".equals(name[0]) ? "1 INVITE" : null);
    answers.put("removeHeader", name -> null);
    answers.put("getCallId", none -> "call");
    answers.put("getRequest", none -> null);
    answers.put("getApplicationSession", none -> session);
    answers.put("getFrom", none -> tagged("caller"));
    answers.put("getTo", none -> tagged(calleeTag));
    return Stub.of(SipServletResponse.class, answers);
  }

  @Test
  void aDeviceThatAcceptsWhenAllWasOverHasACallOfFullLength() throws Exception {
    responses.passOn(answer(200, "one", new ArrayList<>()));
    OpenDialogs.end(session, "one");
    RelayTimes.callIsOver(session);

    responses.passOn(answer(200, "two", new ArrayList<>()));

    assertThat(minutes).containsExactly(24 * 60, 1, 24 * 60);
  }

  @Test
  void anAcceptanceThatComesAgainProlongsNothing() throws Exception {
    responses.passOn(answer(200, "one", new ArrayList<>()));
    OpenDialogs.end(session, "one");
    RelayTimes.callIsOver(session);

    responses.passOn(answer(200, "one", new ArrayList<>()));

    assertThat(minutes).containsExactly(24 * 60, 1);
  }

  @Test
  void whatIsMeantForAProxyIsSaidForTheCaller() throws Exception {
    List<Integer> reworded = new ArrayList<>();
    responses.passOn(answer(Responses.FLOW_FAILED, "one", reworded));
    assertThat(reworded).containsExactly(480);

    List<Integer> overload = new ArrayList<>();
    responses.passOn(answer(503, "one", overload));
    assertThat(overload).containsExactly(500);

    List<Integer> busy = new ArrayList<>();
    responses.passOn(answer(486, "one", busy));
    assertThat(busy).isEmpty();
  }
}
