package org.m2mx.registry.isp;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.m2mx.registry.Status;
import org.m2mx.registry.audit.Facts;

/**
 * An internet service provider that opens accounts for its customers. It owns domains; one of them
 * is the domain of a subscriber's address of record, and its realm in digest authentication. The
 * first, with which it was opened, is what it is known by. While it is suspended, so are its
 * subscribers.
 */
@Entity
public class Isp {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  private String name;

  @Column(updatable = false)
  private String domain;

  /** The first among them. */
  @ElementCollection
  @CollectionTable(name = "isp_domain", joinColumns = @JoinColumn(name = "isp_id"))
  @Column(name = "name")
  private Set<String> domains;

  @Enumerated(EnumType.STRING)
  private Status status;

  @Column(updatable = false)
  private Instant created;

  @Column(name = "subscriber_limit")
  private Integer subscriberLimit;

  @Version private long version;

  /** For Jakarta Persistence. */
  protected Isp() {}

  Isp(String name, String domain, Instant created) {
    this.name = name;
    this.domain = domain;
    this.domains = new HashSet<>(Set.of(domain));
    this.status = Status.ACTIVE;
    this.created = created;
  }

  /** The surrogate key; null until stored. */
  public Long id() {
    return id;
  }

  /** The name people know it by, 1 to 100 characters. */
  public String name() {
    return name;
  }

  /** Its first domain, in lower case: what it is known by. */
  public String domain() {
    return domain;
  }

  /**
   * All its domains in lower case: the first, and the others by their names. Only of an ISP that
   * {@link Isps} gave.
   */
  public List<String> domains() {
    var further = domains.stream().filter(one -> !one.equals(domain)).sorted();
    return Stream.concat(Stream.of(domain), further).toList();
  }

  /** Whether it is served. */
  public Status status() {
    return status;
  }

  /** When it was opened. */
  public Instant created() {
    return created;
  }

  /** How many subscribers it may have; empty for any number. */
  public OptionalInt subscriberLimit() {
    return subscriberLimit == null ? OptionalInt.empty() : OptionalInt.of(subscriberLimit);
  }

  /** Which state of which ISP this is; any change makes another. */
  public String mark() {
    return id + "-" + version;
  }

  Facts facts() {
    return Facts.of("name", name).and("status", status).and("subscriber limit", subscriberLimit);
  }

  void limit(OptionalInt limit) {
    subscriberLimit = limit.isPresent() ? limit.getAsInt() : null;
  }

  void add(String another) {
    domains.add(another);
  }

  void remove(String further) {
    domains.remove(further);
  }

  void rename(String newName) {
    name = newName;
  }

  void suspend() {
    status = Status.SUSPENDED;
  }

  void resume() {
    status = Status.ACTIVE;
  }
}
