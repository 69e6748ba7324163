package org.m2mx.sip.record;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import javax.servlet.sip.SipServletRequest;
import org.m2mx.registry.Aor;
import org.m2mx.registry.call.CallDecision;
import org.m2mx.registry.call.CallRecord.Party;
import org.m2mx.registry.call.CallTrace.Station;
import org.m2mx.registry.isp.Domains;
import org.m2mx.sipcontainer.flow.Flow;

/** Begins the records of calls. */
@Singleton
public class RecordedCalls {
  private final CallRecorder recorder;
  private final RecordingPolicy policy;
  private final Domains domains;
  private final Clock clock;

  /**
   * @param recorder takes them down
   * @param policy what this server is called
   * @param domains whose domain is whose
   * @param clock the time
   */
  @Inject
  public RecordedCalls(
      CallRecorder recorder, RecordingPolicy policy, Domains domains, Clock clock) {
    this.recorder = recorder;
    this.policy = policy;
    this.domains = domains;
    this.clock = clock;
  }

  /**
   * Begins the record of a request.
   *
   * @param request as it came
   * @param caller authenticated
   * @param callee known or not
   * @param decision what the registry said
   */
  public RecordedCall begin(
      SipServletRequest request, Aor caller, Aor callee, CallDecision decision) {
    String device = Addresses.remote(Flow.of(request));
    RecordedCall call =
        new RecordedCall(
            recorder,
            policy.node(),
            clock,
            new RecordedCall.Request(
                request.getMethod(),
                request.getCallId(),
                party(caller, Optional.of(device)),
                request.getFrom().getParameter("tag"),
                party(callee, Optional.empty())),
            decision);
    call.saw(Station.CALLER, Station.SERVER, request.getMethod(), device);
    return call;
  }

  /** A domain that changes hands while they talk takes no call along. */
  private Party party(Aor aor, Optional<String> address) {
    return new Party(aor, domains.ispOf(aor.domain()), address);
  }
}
