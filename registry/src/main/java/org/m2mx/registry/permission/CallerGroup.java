package org.m2mx.registry.permission;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/**
 * A named set of callers that an ISP keeps, so that its subscribers can permit all of them in one
 * line. When it goes, the lines that name it go too.
 */
@Entity
@Table(name = "caller_group")
public class CallerGroup {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @Column(updatable = false)
  private String domain;

  @Column(updatable = false)
  private String name;

  @Column(updatable = false)
  private Instant created;

  /** For Jakarta Persistence. */
  protected CallerGroup() {}

  CallerGroup(String domain, Callers.Group group, Instant created) {
    this.domain = domain;
    this.name = group.name();
    this.created = created;
  }

  /** The surrogate key; null until stored. */
  public Long id() {
    return id;
  }

  /** The domain of the ISP that keeps it. */
  public String domain() {
    return domain;
  }

  /** Its name, which lists know as {@code group:name}. */
  public String name() {
    return name;
  }

  /** Since when. */
  public Instant created() {
    return created;
  }
}
