package org.m2mx.registry.binding;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.m2mx.registry.Aor;

/**
 * One place where a subscriber can be reached, until it expires (RFC 3261 section 10). Each
 * REGISTER that names it again makes its successor; one with an expiry of zero removes it. A value:
 * what is read of it does not change.
 *
 * @param aor whose it is
 * @param key what makes it the same binding as an earlier one, see {@link BindingKey}
 * @param contact the contact URI as it was sent
 * @param instanceId the user agent's instance-id without quotes and angle brackets; null when it
 *     gave none
 * @param regId which of the user agent's flows it is, 1 or more; null when it gave none
 * @param callId the Call-ID of the REGISTER that made or last refreshed it
 * @param cseq the CSeq number of that REGISTER
 * @param q the preference in thousandths, 0 to 1000; null when the user agent gave none, which
 *     counts as 1000
 * @param flow the token of the connection to reach it through; null when requests go to the contact
 *     URI
 * @param userAgent what the user agent calls itself; null when it does not say
 * @param source the address and port that the REGISTER came from
 * @param transport the transport that the REGISTER came over, in upper case
 * @param path the proxies on the way to the user agent, the nearest to us first, each as a URI in
 *     angle brackets (RFC 3327); empty when it is reached directly
 * @param created since when it has been bound without a break
 * @param refreshed when it was made or last refreshed
 * @param expires when it ends by itself
 */
public record Binding(
    Aor aor,
    String key,
    String contact,
    String instanceId,
    Integer regId,
    String callId,
    long cseq,
    Integer q,
    String flow,
    String userAgent,
    String source,
    String transport,
    List<String> path,
    Instant created,
    Instant refreshed,
    Instant expires) {
  private static final int HIGHEST_Q = 1000;

  /** What a REGISTER makes of a contact, in the place of an earlier binding or of none (null). */
  static Binding of(
      Aor aor,
      String key,
      Binding earlier,
      Registration registration,
      Registration.Contact contact,
      Instant now) {
    return new Binding(
        aor,
        key,
        contact.uri(),
        contact.instanceId(),
        contact.regId(),
        registration.callId(),
        registration.cseq(),
        contact.q(),
        registration.connection().flow(),
        registration.connection().userAgent(),
        registration.connection().source(),
        registration.connection().transport(),
        registration.connection().path(),
        earlier != null && earlier.liveAt(now) ? earlier.created() : now,
        now,
        now.plus(contact.expires()));
  }

  /** Names the device, however it spells its instance-id; null when it gave none. */
  public String device() {
    return instanceId == null ? null : InstanceId.normalise(instanceId);
  }

  /** What is left of it; zero or negative when it has ended. */
  public Duration remaining(Instant now) {
    return Duration.between(now, expires);
  }

  boolean liveAt(Instant now) {
    return expires.isAfter(now);
  }

  int preference() {
    return q == null ? HIGHEST_Q : q;
  }
}
