package org.m2mx.registry.audit;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.access.Role;

/** One change, by one actor. */
@Entity
@Table(name = "audit")
public class AuditEntry {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @Column(updatable = false)
  private Instant happened;

  @Column(updatable = false)
  private String actor;

  @Enumerated(EnumType.STRING)
  @Column(updatable = false)
  private Role role;

  @Column(updatable = false)
  private String source;

  @Enumerated(EnumType.STRING)
  @Column(updatable = false)
  private Action action;

  @Column(updatable = false)
  private String subject;

  @Column(updatable = false)
  private String domain;

  @Column(name = "state_before", updatable = false)
  private Facts before;

  @Column(name = "state_after", updatable = false)
  private Facts after;

  /** For Jakarta Persistence. */
  protected AuditEntry() {}

  AuditEntry(Instant happened, Actor actor, String isp, Change change) {
    this.happened = happened;
    this.actor = actor.name();
    this.role = actor.role();
    this.source = actor.source();
    this.action = change.action();
    this.subject = change.subject();
    this.domain = isp;
    this.before = change.before();
    this.after = change.after();
  }

  /** Its place in the trail: later changes have greater numbers. */
  public long id() {
    return id;
  }

  /** When. */
  public Instant happened() {
    return happened;
  }

  /** Who: an operator's name, an API key's, or the service's task. */
  public String actor() {
    return actor;
  }

  /** What the actor was allowed to do then. */
  public Role role() {
    return role;
  }

  /** The address it came from; null for the service itself. */
  public String source() {
    return source;
  }

  /** What was done. */
  public Action action() {
    return action;
  }

  /** To what: an address of record, a domain, an operator's name. */
  public String subject() {
    return subject;
  }

  /** The first domain of the ISP whose it is; null when it is the platform's. */
  public String domain() {
    return domain;
  }

  /** What was true before; empty for what did not exist. */
  public Facts before() {
    return before;
  }

  /** What was true afterwards; empty for what does not exist any more. */
  public Facts after() {
    return after;
  }
}
