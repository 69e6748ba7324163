package org.m2mx.registry.call;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Bindings;
import org.m2mx.registry.call.CallDecision.Reason;

/**
 * Decides whether a call goes through. Every refusal is the same to the caller, in time as well:
 * each asks for the ruling and for bindings, and whoever may not know where the callee is has the
 * bindings of nobody looked up.
 *
 * <p>Rulings are remembered by caller <em>and</em> callee. Were it by callee alone, a caller could
 * tell by the time whether anybody had called a name before, and so whether somebody has it.
 */
@ApplicationScoped
public class CallDecisions {
  /** Until a change that was made behind this service's back is seen. */
  private static final Duration LONGEST_MEMORY = Duration.ofMinutes(1);

  private static final Aor NOBODY = new Aor("nobody", "invalid");

  /**
   * How the memory of rulings does, since the start.
   *
   * @param hits rulings that were remembered
   * @param misses rulings that the database was asked for
   */
  public record Memory(long hits, long misses) {}

  private record Pair(Aor caller, Aor callee) {}

  private record Remembered(Ruling ruling, long version, Instant from, Instant until) {
    boolean holds(long currentVersion, Instant now) {
      return version == currentVersion && !now.isBefore(from) && now.isBefore(until);
    }
  }

  private final CallPolicy policy;
  private final PolicyVersions versions;
  private final Bindings bindings;
  private final Cache<Pair, Remembered> memory;

  /** For the client proxy only. */
  protected CallDecisions() {
    this(null, null, null, 0);
  }

  /**
   * @param policy what the database says
   * @param versions whether that has changed
   * @param bindings where callees are
   * @param remembered {@code m2mx.relay.remembered-decisions}: for how many pairs of caller and
   *     callee the ruling is kept in memory, default 100000; 0 asks the database every time, as
   *     several servers on one database must
   * @throws IllegalArgumentException if it is below 0
   */
  @Inject
  public CallDecisions(
      CallPolicy policy,
      PolicyVersions versions,
      Bindings bindings,
      @ConfigProperty(name = "m2mx.relay.remembered-decisions", defaultValue = "100000")
          int remembered) {
    if (remembered < 0) {
      throw new IllegalArgumentException(
          "m2mx.relay.remembered-decisions=" + remembered + ": give 0 or more");
    }
    this.policy = policy;
    this.versions = versions;
    this.bindings = bindings;
    this.memory =
        Caffeine.newBuilder().maximumSize(remembered).executor(Runnable::run).recordStats().build();
  }

  /**
   * Decides a call.
   *
   * @param caller who calls, authenticated
   * @param callee who is called, known or not
   * @param now when the request came; permissions and bindings that have ended by then do not count
   * @return never null
   */
  public CallDecision decide(Aor caller, Aor callee, Instant now) {
    return decision(ruling(caller, callee, now), callee, now);
  }

  /**
   * What {@link #decide} would say, read from the database. For operators, who ask of any two and
   * at any time.
   *
   * @param caller who would call, known or not
   * @param callee who would be called, known or not
   * @param at when; permissions and bindings that have ended by then do not count
   * @return never null
   */
  public CallDecision explain(Aor caller, Aor callee, Instant at) {
    return decision(policy.rule(caller, callee, at), callee, at);
  }

  /** How the memory of rulings does. A ruling that had changed meanwhile counts as a hit. */
  public Memory memory() {
    var stats = memory.stats();
    return new Memory(stats.hitCount(), stats.missCount());
  }

  private CallDecision decision(Ruling ruling, Aor callee, Instant now) {
    var permitted = ruling.reason() == Reason.PERMITTED;
    var reachable = bindings.of(permitted ? callee : NOBODY, now);
    return new CallDecision(ruling.reason(), ruling.trace(), permitted ? reachable : List.of());
  }

  private Ruling ruling(Aor caller, Aor callee, Instant now) {
    var pair = new Pair(caller, callee);
    var version = versions.of(caller, callee);
    var known = memory.getIfPresent(pair);
    if (known != null && known.holds(version, now)) {
      return known.ruling();
    }
    var ruling = policy.rule(caller, callee, now);
    var forgotten = now.plus(LONGEST_MEMORY);
    var until = ruling.until().isBefore(forgotten) ? ruling.until() : forgotten;
    memory.put(pair, new Remembered(ruling, version, now, until));
    return ruling;
  }
}
