package org.m2mx.sip.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.servlet.sip.Address;
import javax.servlet.sip.Proxy;
import javax.servlet.sip.ProxyBranch;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.TimerService;
import javax.servlet.sip.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.registry.call.CallDecision;
import org.m2mx.registry.call.CallDecision.Reason;
import org.m2mx.registry.call.CallRecord.Party;
import org.m2mx.registry.call.CallRecord.Result;
import org.m2mx.registry.call.CallRecords.Entry;
import org.m2mx.registry.call.CallTrace.Station;
import org.m2mx.registry.meter.ServiceMeters;
import org.m2mx.sip.Stub;
import org.m2mx.sip.record.CallRecorder;
import org.m2mx.sip.record.RecordedCall;
import org.m2mx.sip.record.RecordingPolicy;
import org.m2mx.sip.round.Rounds;
import org.m2mx.sip.timer.Due;
import org.m2mx.sip.timer.Timers;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.Flow;

class ResponsesTest {
  private static final Aor VIDEO = new Aor("video", "m2m-x.example");
  private static final Flow FLOW = new Flow(Transport.TLS, "::1", 5061, "::1", 40000, "flow");

  private final List<Object> minutes = new ArrayList<>();
  private final Map<Object, Object> headers = new HashMap<>();
  private final SipApplicationSession session = session();
  private final RelayTimes times = new RelayTimes(Duration.ofMinutes(3), Duration.ofHours(24));
  private final List<Object> waits = new ArrayList<>();
  private final Timers timers =
      new Timers(
          () ->
              Stub.of(
                  TimerService.class,
                  Map.of(
                      "createTimer",
                      given -> {
                        waits.add(given[1]);
                        ((Due) given[3]).run();
                        return null;
                      })));
  private int ended;
  private final Responses responses =
      new Responses(
          new SessionTimers(timers, Duration.ofMinutes(30), Duration.ofSeconds(90)), times, timers);

  private SipApplicationSession session() {
    Map<Object, Object> attributes = new HashMap<>();
    return Stub.of(
        SipApplicationSession.class,
        Map.of(
            "getAttribute", given -> attributes.get(given[0]),
            "setAttribute", given -> attributes.put(given[0], given[1]),
            "removeAttribute", given -> attributes.remove(given[0]),
            "invalidate", none -> ++ended,
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
    URI uri = Stub.of(URI.class, Map.of("toString", nothing -> VIDEO.toString()));
    return Stub.of(Address.class, Map.of("getParameter", name -> tag, "getURI", nothing -> uri));
  }

  private SipServletResponse answer(int status, String calleeTag, List<Integer> reworded) {
    return answer("INVITE", status, calleeTag, reworded);
  }

  private SipServletResponse answer(
      String method, int status, String calleeTag, List<Integer> reworded) {
    Parties.of(session).heard(calleeTag, VIDEO, FLOW);
    Map<String, Function<Object[], Object>> answers = new HashMap<>();
    answers.put(
        "getStatus", none -> reworded.isEmpty() ? status : reworded.get(reworded.size() - 1));
    answers.put("setStatus", given -> reworded.add((Integer) given[0]));
    answers.put("getReasonPhrase", none -> "");
    answers.put("getMethod", none -> method);
    answers.put("setHeader", given -> headers.put(given[0], given[1]));
    answers.put("getHeader", name -> "CSeq".equals(name[0]) ? "1 " + method : null);
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
    assertThat(concluded(Responses.FLOW_FAILED)).containsExactly(480);
    assertThat(concluded(503)).containsExactly(500);
    assertThat(concluded(486)).isEmpty();
  }

  @Test
  void aDeviceThatCouldNotBeReachedIsNotTheBestOfThoseThatCould() throws Exception {
    assertThat(concluded(Responses.FLOW_FAILED, 486)).containsExactly(486);
    assertThat(concluded(Responses.FLOW_FAILED, 503)).containsExactly(503, 500);
    assertThat(concluded(Responses.FLOW_FAILED, Responses.FLOW_FAILED)).containsExactly(480);
  }

  /** How the best answer is reworded, which is the first one's. */
  private List<Integer> concluded(int... statuses) throws Exception {
    List<Integer> reworded = new ArrayList<>();
    List<SipServletResponse> answers = new ArrayList<>();
    for (int status : statuses) {
      answers.add(answer(status, "tag" + answers.size(), answers.isEmpty() ? reworded : List.of()));
    }
    fork(answers);
    responses.passOn(answers.get(0));
    return reworded;
  }

  private void fork(List<SipServletResponse> answers) throws Exception {
    fork("INVITE", answers);
  }

  /** A request whose branches have all been tried, and have given these answers. */
  private void fork(String method, List<SipServletResponse> answers) throws Exception {
    List<ProxyBranch> branches =
        answers.stream()
            .map(answer -> Stub.of(ProxyBranch.class, Map.of("getResponse", none -> answer)))
            .toList();
    Proxy proxy =
        Stub.of(
            Proxy.class,
            Map.of(
                "setRecordRoute", given -> null,
                "setSupervised", given -> null,
                "setParallel", given -> null,
                "setRecurse", given -> null,
                "setProxyTimeout", given -> null,
                "getProxyBranches", none -> branches));
    SipServletRequest invite =
        Stub.of(
            SipServletRequest.class,
            Map.of(
                "getMethod", none -> method,
                "getHeader", name -> "1 " + method,
                "getFrom", none -> tagged("caller"),
                "getProxy", none -> proxy,
                "getApplicationSession", none -> session));
    Forking.start(invite, List.of(), null, timers, times);
  }

  /** RFC 4320 section 4.2: the sender has given up by then, and nothing follows. */
  @Test
  void whatNobodyAnsweredLeavesNoSession() throws Exception {
    SipServletResponse timeout = answer("MESSAGE", 408, "one", new ArrayList<>());
    fork("MESSAGE", List.of(timeout));
    responses.passOn(timeout);
    assertThat(ended).isEqualTo(1);
    assertThat(waits).as("once the container is done with it").containsExactly(1L);

    SipServletResponse refused = answer("MESSAGE", 488, "one", new ArrayList<>());
    fork("MESSAGE", List.of(refused));
    responses.passOn(refused);
    assertThat(ended).as("the container ends this one").isEqualTo(1);
  }

  @Test
  void aByeThatNobodyAnswersIsTheEndAllTheSame() throws Exception {
    responses.passOn(answer(200, "one", new ArrayList<>()));
    responses.passOn(answer(200, "two", new ArrayList<>()));
    OpenDialogs.end(session, "one");
    responses.passOn(answer("BYE", 408, "one", new ArrayList<>()));
    assertThat(ended).as("while another device talks").isZero();
    OpenDialogs.end(session, "two");
    responses.passOn(answer("BYE", 408, "two", new ArrayList<>()));
    assertThat(ended).isEqualTo(1);
  }

  @Test
  void aByeThatNobodyAnswersDoesNotEndACallThatRings() throws Exception {
    fork(List.of(answer(180, "two", new ArrayList<>())));
    responses.passOn(answer("BYE", 408, "one", new ArrayList<>()));
    assertThat(ended).isZero();
  }

  /** RFC 5057 section 5.1: a 480 would end the dialog. */
  @Test
  void aDeviceThatIsAwayForNowEndsNoDialog() throws Exception {
    List<Integer> refresh = new ArrayList<>();
    responses.passOn(answer("UPDATE", Responses.FLOW_FAILED, "one", refresh));
    assertThat(refresh).containsExactly(500);
    assertThat(headers).containsOnlyKeys("Retry-After");

    List<Integer> bye = new ArrayList<>();
    responses.passOn(answer("BYE", Responses.FLOW_FAILED, "one", bye));
    assertThat(bye).containsExactly(480);
  }

  @Test
  void whatIsNotPassedOnIsNotRecordedAsPassedOn() throws Exception {
    List<Entry> entries = new ArrayList<>();
    Clock clock = Clock.systemUTC();
    CallRecorder recorder =
        new CallRecorder(
            null,
            null,
            new RecordingPolicy(30, Duration.ofHours(1), 5, "node"),
            clock,
            new Rounds(Thread::new),
            new ServiceMeters(new SimpleMeterRegistry())) {
          @Override
          public void record(Entry entry) {
            entries.add(entry);
          }
        };
    Party video = new Party(VIDEO, VIDEO.domain(), Optional.of("[::1]:7"));
    RecordedCall call =
        new RecordedCall(
            recorder,
            "node",
            clock,
            new RecordedCall.Request("MESSAGE", "call", video, "caller", video),
            new CallDecision(Reason.PERMITTED, List.of(), List.of()));
    call.keepIn(session);
    responses.passOn(answer("MESSAGE", 408, "one", new ArrayList<>()));
    call.saw(Station.SERVER, Station.CALLEE, "MESSAGE", "");
    call.settled(408, Result.FAILED, Optional.empty());

    assertThat(entries)
        .singleElement()
        .satisfies(
            entry ->
                assertThat(entry.trace().messages()).extracting("what").containsExactly("MESSAGE"));
  }
}
