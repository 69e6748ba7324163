package org.m2mx.registry.call;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.m2mx.registry.Aor;

/**
 * What an authenticated subscriber asked of another, and what became of it: a call, a message or a
 * subscription.
 *
 * @param id its key, of {@link #newId}
 * @param node the server that carried it, 1 to 255 characters
 * @param callId the Call-ID, cut to {@value #MAX_CALL_ID_LENGTH} characters
 * @param method {@code INVITE}, {@code MESSAGE}, {@code SUBSCRIBE}
 * @param caller who asked, and from where
 * @param callee who was asked, in any domain, and where it was reached
 * @param begun when the request came
 * @param answered when the callee accepted; empty unless it did
 * @param ended when it was over; empty while it lasts, and when nobody knows
 * @param status the final status that the caller got, 200 to 699
 * @param result what it came to
 * @param reason why the registry let it through or did not
 * @param ending how an answered call ended; empty while it lasts
 */
public record CallRecord(
    UUID id,
    String node,
    String callId,
    String method,
    Party caller,
    Party callee,
    Instant begun,
    Optional<Instant> answered,
    Optional<Instant> ended,
    int status,
    Result result,
    CallDecision.Reason reason,
    Optional<Ending> ending) {
  /** The longest Call-ID kept, in characters. */
  public static final int MAX_CALL_ID_LENGTH = 255;

  /**
   * One of the two.
   *
   * @param aor who
   * @param isp whose subscriber, by the first domain of the ISP that had the AOR's domain when the
   *     call began; the domain itself where no ISP had it
   * @param address host and port it was heard from; empty when it was not
   */
  public record Party(Aor aor, String isp, Optional<String> address) {
    /** Checks for null. */
    public Party {
      Objects.requireNonNull(aor, "aor");
      Objects.requireNonNull(isp, "isp");
      Objects.requireNonNull(address, "address");
    }
  }

  /** What it came to. */
  public enum Result {
    /** The callee accepted. */
    ANSWERED,
    /** The caller was told that there is no such user; see the reason. */
    CONCEALED,
    /** Permitted, but no device of the callee was to be reached. */
    OFF_LINE,
    /** The caller took it back. */
    CANCELLED,
    /** The callee refused or did not answer in time, or the request could not be served. */
    FAILED
  }

  /** How an answered call ended. */
  public enum Ending {
    /** The caller hung up. */
    CALLER_HUNG_UP,
    /** The callee hung up. */
    CALLEE_HUNG_UP,
    /** Neither was heard of in time (RFC 4028, or the longest time that a dialog may last). */
    LAPSED,
    /** The server stopped and does not know how long the call lasted. */
    SERVER_STOPPED
  }

  /** Checks for null, cuts what is too long, and the times to what the database keeps. */
  public CallRecord {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(result, "result");
    Objects.requireNonNull(reason, "reason");
    if (callId.length() > MAX_CALL_ID_LENGTH) {
      callId = callId.substring(0, MAX_CALL_ID_LENGTH);
    }
    begun = begun.truncatedTo(ChronoUnit.MICROS);
    answered = answered.map(time -> time.truncatedTo(ChronoUnit.MICROS));
    ended = ended.map(time -> time.truncatedTo(ChronoUnit.MICROS));
  }

  /** How long the two were connected; empty unless it was answered and its end is known. */
  public Optional<Duration> duration() {
    return answered.flatMap(from -> ended.map(to -> Duration.between(from, to)));
  }

  /**
   * A key that nobody else has. Keys of later times are greater, so that new rows come to lie side
   * by side (RFC 9562 section 5.7).
   *
   * @param begun when the request came
   */
  public static UUID newId(Instant begun) {
    var random = ThreadLocalRandom.current();
    return new UUID(
        begun.toEpochMilli() << 16 | 0x7000 | random.nextInt(0x1000),
        random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L);
  }
}
