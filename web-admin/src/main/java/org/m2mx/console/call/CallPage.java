package org.m2mx.console.call;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.UUID;
import org.m2mx.console.signin.SignedIn;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.call.CallRecord;
import org.m2mx.registry.call.CallTrace;
import org.m2mx.registry.call.CallTrace.Station;
import org.m2mx.registry.call.Calls;

/** One call: what it came to, why, and what was sent. */
@Named
@RequestScoped
public class CallPage {
  private final Calls calls;
  private final SignedIn signedIn;
  private final Texts texts;

  private String id;
  private CallRecord call;
  private CallTrace trace = new CallTrace(List.of(), List.of());

  /** For the client proxy only. */
  protected CallPage() {
    this(null, null, null);
  }

  /**
   * @param calls what the relay has written down
   * @param signedIn whose calls they are
   * @param texts what stations are called
   */
  @Inject
  public CallPage(Calls calls, SignedIn signedIn, Texts texts) {
    this.calls = calls;
    this.signedIn = signedIn;
    this.texts = texts;
  }

  /**
   * Looks the call up.
   *
   * @throws NotFoundException when there is none of that key
   */
  public void load() {
    var key = key();
    call =
        calls
            .find(signedIn.getDomain(), key)
            .orElseThrow(() -> new NotFoundException("There is no call " + key));
    trace = calls.trace(signedIn.getDomain(), key).orElse(trace);
  }

  public CallRecord getCall() {
    return call;
  }

  public CallTrace getTrace() {
    return trace;
  }

  /** The picture of its messages. */
  public Ladder getLadder() {
    return new Ladder(trace.messages());
  }

  public String getId() {
    return id;
  }

  public void setId(String id) {
    this.id = id;
  }

  /** What a station of the picture is called. */
  public String name(Station station) {
    return switch (station) {
      case CALLER -> texts.get("call.caller");
      case SERVER -> "m2mx";
      case CALLEE -> texts.get("call.callee");
    };
  }

  private UUID key() {
    try {
      return UUID.fromString(id == null ? "" : id);
    } catch (IllegalArgumentException e) {
      throw new NotFoundException("There is no call " + id);
    }
  }
}
