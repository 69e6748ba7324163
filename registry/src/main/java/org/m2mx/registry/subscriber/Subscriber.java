package org.m2mx.registry.subscriber;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Locale;
import org.m2mx.registry.Aor;
import org.m2mx.registry.Status;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.isp.Isp;

/**
 * Somebody or something that an ISP has opened an account for. Its address of record never changes;
 * its credential can be replaced; while it or its ISP is suspended it can neither register nor be
 * called.
 */
@Entity
public class Subscriber {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @Column(updatable = false)
  private Aor aor;

  /** What a search goes by. */
  @Column(name = "user_folded", updatable = false)
  private String userFolded;

  /** Its ISP's, as {@link #aor} says too. */
  @Column(updatable = false)
  private String domain;

  @ManyToOne(optional = false)
  @JoinColumn(name = "isp_id", updatable = false)
  private Isp isp;

  @Enumerated(EnumType.STRING)
  private Status status;

  private boolean legacy;

  @Column(updatable = false)
  private Instant created;

  @Version private long version;

  /** For Jakarta Persistence. */
  protected Subscriber() {}

  Subscriber(Aor aor, Isp isp, boolean legacy, Instant created) {
    this.aor = aor;
    this.userFolded = fold(aor.user());
    this.domain = aor.domain();
    this.isp = isp;
    this.status = Status.ACTIVE;
    this.legacy = legacy;
    this.created = created;
  }

  /** What a search goes by, of a user part: upper and lower case are alike. */
  public static String fold(String user) {
    return user.toLowerCase(Locale.ROOT);
  }

  /** The surrogate key; null until stored. */
  public Long id() {
    return id;
  }

  /** Its name, in one of its ISP's domains. */
  public Aor aor() {
    return aor;
  }

  /** Who opened the account. */
  public Isp isp() {
    return isp;
  }

  /** Its own status, whatever its ISP's. */
  public Status status() {
    return status;
  }

  /** Whether it is served: both it and its ISP are active. */
  public boolean served() {
    return status == Status.ACTIVE && isp.status() == Status.ACTIVE;
  }

  /** Whether it may authenticate with MD5, because its device knows nothing better. */
  public boolean legacy() {
    return legacy;
  }

  /** When the account was opened. */
  public Instant created() {
    return created;
  }

  /** Which state of which subscriber this is; any change makes another. */
  public String mark() {
    return id + "-" + version;
  }

  Facts facts() {
    return facts(status, legacy);
  }

  /** What is true of an account that has just been opened. */
  public static Facts factsWhenOpened(boolean legacy) {
    return facts(Status.ACTIVE, legacy);
  }

  private static Facts facts(Status status, boolean legacy) {
    return Facts.of("status", status).and("legacy", legacy);
  }

  void suspend() {
    status = Status.SUSPENDED;
  }

  void resume() {
    status = Status.ACTIVE;
  }
}
