package org.m2mx.registry.permission;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.m2mx.registry.audit.Facts;

/** What an ISP says of some callers for all its subscribers, whatever their own lists say. */
@Entity
@Table(name = "isp_rule")
public class IspRule {
  /** What a rule does. */
  public enum Effect {
    /** They may call every subscriber of the ISP. */
    ALLOW,
    /** They may call none. */
    DENY
  }

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @Column(updatable = false)
  private String domain;

  @Column(name = "caller", updatable = false)
  private Callers callers;

  @ManyToOne(fetch = FetchType.LAZY)
  @JoinColumn(name = "group_id", updatable = false)
  private CallerGroup group;

  @Enumerated(EnumType.STRING)
  private Effect effect;

  @Column(updatable = false)
  private Instant created;

  private Instant ends;

  /** For Jakarta Persistence. */
  protected IspRule() {}

  IspRule(String domain, Callers callers, CallerGroup group, Instant created) {
    this.domain = domain;
    this.callers = callers;
    this.group = group;
    this.created = created;
  }

  /** The domain of the ISP whose rule it is. */
  public String domain() {
    return domain;
  }

  /** Whom it is about. */
  public Callers callers() {
    return callers;
  }

  /** What it does. */
  public Effect effect() {
    return effect;
  }

  /** Since when there has been a rule about them. */
  public Instant created() {
    return created;
  }

  /** When it ends by itself; empty when it does not. */
  public Optional<Instant> ends() {
    return Optional.ofNullable(ends);
  }

  void say(Effect newEffect, Instant newEnd) {
    effect = newEffect;
    ends = newEnd;
  }

  Facts facts() {
    return Facts.of("callers", callers).and("effect", effect).and("ends", ends);
  }
}
