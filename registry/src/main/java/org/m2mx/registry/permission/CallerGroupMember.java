package org.m2mx.registry.permission;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import org.m2mx.registry.Aor;

/** That a caller belongs to a group. */
@Entity
@Table(name = "caller_group_member")
public class CallerGroupMember {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @ManyToOne(optional = false, fetch = FetchType.LAZY)
  @JoinColumn(name = "group_id", updatable = false)
  private CallerGroup group;

  @Column(updatable = false)
  private Aor member;

  @Column(updatable = false)
  private Instant created;

  /** For Jakarta Persistence. */
  protected CallerGroupMember() {}

  CallerGroupMember(CallerGroup group, Aor member, Instant created) {
    this.group = group;
    this.member = member;
    this.created = created;
  }

  /** Who belongs to it; not necessarily a subscriber of this service. */
  public Aor member() {
    return member;
  }

  /** Since when. */
  public Instant created() {
    return created;
  }
}
