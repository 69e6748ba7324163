package org.m2mx.registry.permission;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import java.time.Instant;
import java.util.Optional;
import org.m2mx.registry.Aor;
import org.m2mx.registry.audit.Facts;

/**
 * A subscriber's word that some may call it. It ends at its time if it has one, when it is revoked,
 * or when the subscriber or the group goes.
 */
@Entity
public class Permission {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @Column(updatable = false)
  private Aor callee;

  @Column(name = "caller", updatable = false)
  private Callers callers;

  @ManyToOne(fetch = FetchType.LAZY)
  @JoinColumn(name = "group_id", updatable = false)
  private CallerGroup group;

  @Column(updatable = false)
  private Instant created;

  private Instant ends;

  /** For Jakarta Persistence. */
  protected Permission() {}

  Permission(Aor callee, Callers callers, CallerGroup group, Instant created, Instant ends) {
    this.callee = callee;
    this.callers = callers;
    this.group = group;
    this.created = created;
    this.ends = ends;
  }

  /** The subscriber who permits. */
  public Aor callee() {
    return callee;
  }

  /** Who may call; not necessarily subscribers of this service. */
  public Callers callers() {
    return callers;
  }

  /** Since when. */
  public Instant created() {
    return created;
  }

  /** When it ends by itself; empty when it does not. */
  public Optional<Instant> ends() {
    return Optional.ofNullable(ends);
  }

  void endAt(Instant newEnd) {
    ends = newEnd;
  }

  Facts facts() {
    return Facts.of("callers", callers).and("ends", ends);
  }
}
