package org.m2mx.registry.permission;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Instant;
import org.m2mx.registry.Aor;

/**
 * A subscriber's word that one caller may call it. It ends when it is revoked or the subscriber
 * goes.
 */
@Entity
public class Permission {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @Column(updatable = false)
  private Aor callee;

  @Column(updatable = false)
  private Aor caller;

  @Column(updatable = false)
  private Instant created;

  /** For Jakarta Persistence. */
  protected Permission() {}

  Permission(Aor callee, Aor caller, Instant created) {
    this.callee = callee;
    this.caller = caller;
    this.created = created;
  }

  /** The subscriber who permits. */
  public Aor callee() {
    return callee;
  }

  /** Who may call; not necessarily a subscriber of this service. */
  public Aor caller() {
    return caller;
  }

  /** Since when. */
  public Instant created() {
    return created;
  }
}
