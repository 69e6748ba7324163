package org.m2mx.registry.binding;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.m2mx.registry.Aor;

/**
 * One place where a subscriber can be reached, until it expires (RFC 3261 section 10). Each
 * REGISTER that names it again refreshes it; one with an expiry of zero removes it. Detached from
 * the database it is a snapshot.
 */
@Entity
public class Binding {
  private static final int HIGHEST_Q = 1000;

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @Column(updatable = false)
  private Aor aor;

  @Column(name = "binding_key", updatable = false)
  private String bindingKey;

  private String contact;

  @Column(name = "instance_id")
  private String instanceId;

  @Column(name = "reg_id")
  private Integer regId;

  @Column(name = "call_id")
  private String callId;

  private long cseq;
  private Integer q;
  private String flow;

  @Column(name = "user_agent")
  private String userAgent;

  private String source;
  private String transport;

  /** One URI on a line. */
  private String path;

  private Instant created;
  private Instant refreshed;
  private Instant expires;

  /** For Jakarta Persistence. */
  protected Binding() {}

  Binding(Aor aor, String bindingKey) {
    this.aor = aor;
    this.bindingKey = bindingKey;
  }

  /** Whose it is. */
  public Aor aor() {
    return aor;
  }

  /** The contact URI as it was sent. */
  public String contact() {
    return contact;
  }

  /** The user agent's instance-id without quotes and angle brackets; null when it gave none. */
  public String instanceId() {
    return instanceId;
  }

  /** Which of the user agent's flows it is, 1 or more; null when it gave none. */
  public Integer regId() {
    return regId;
  }

  /** The Call-ID of the REGISTER that made or last refreshed it. */
  public String callId() {
    return callId;
  }

  /** The CSeq number of that REGISTER. */
  public long cseq() {
    return cseq;
  }

  /**
   * The preference in thousandths, 0 to 1000; null when the user agent gave none, which counts as
   * 1000.
   */
  public Integer q() {
    return q;
  }

  /** The token of the connection to reach it through; null when requests go to the contact URI. */
  public String flow() {
    return flow;
  }

  /** What the user agent calls itself; null when it does not say. */
  public String userAgent() {
    return userAgent;
  }

  /** The address and port that the REGISTER came from. */
  public String source() {
    return source;
  }

  /** The transport that the REGISTER came over, in upper case. */
  public String transport() {
    return transport;
  }

  /**
   * The proxies on the way to the user agent, the nearest to us first, each as a URI in angle
   * brackets (RFC 3327); empty when it is reached directly.
   */
  public List<String> path() {
    return path == null ? List.of() : List.of(path.split("\n"));
  }

  /** Since when it has been bound without a break. */
  public Instant created() {
    return created;
  }

  /** When it was made or last refreshed. */
  public Instant refreshed() {
    return refreshed;
  }

  /** When it ends by itself. */
  public Instant expires() {
    return expires;
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

  String bindingKey() {
    return bindingKey;
  }

  void update(Registration registration, Registration.Contact update, Instant now) {
    if (expires == null || !liveAt(now)) {
      created = now;
    }
    contact = update.uri();
    instanceId = update.instanceId();
    regId = update.regId();
    q = update.q();
    callId = registration.callId();
    cseq = registration.cseq();
    flow = registration.connection().flow();
    transport = registration.connection().transport();
    source = registration.connection().source();
    userAgent = registration.connection().userAgent();
    path =
        registration.connection().path().isEmpty()
            ? null
            : String.join("\n", registration.connection().path());
    refreshed = now;
    expires = now.plus(update.expires());
  }
}
