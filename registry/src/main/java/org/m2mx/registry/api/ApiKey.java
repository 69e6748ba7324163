package org.m2mx.registry.api;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.credential.Token;

/** Lets a program in, for a while. */
@Entity
@Table(name = "api_key")
public class ApiKey {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @Column(updatable = false)
  private String name;

  @Column(updatable = false)
  private String domain;

  @Enumerated(EnumType.STRING)
  @Column(updatable = false)
  private Scope scope;

  @Column(name = "token_hash", updatable = false)
  private String tokenHash;

  @Column(updatable = false)
  private Instant created;

  @Column(updatable = false)
  private Instant expires;

  private Instant used;

  /** For Jakarta Persistence. */
  protected ApiKey() {}

  ApiKey(String name, String domain, Scope scope, Token token, Instant created, Instant expires) {
    this.name = name;
    this.domain = domain;
    this.scope = scope;
    this.tokenHash = token.hash();
    this.created = created;
    this.expires = expires;
  }

  /** Its number, which tells keys of the same name apart. */
  public long id() {
    return id;
  }

  /** What people call it, 1 to 64 characters. */
  public String name() {
    return name;
  }

  /** The ISP it is bound to, in lower case; null when it reaches all. */
  public String domain() {
    return domain;
  }

  /** What it is good for. */
  public Scope scope() {
    return scope;
  }

  /** Since when. */
  public Instant created() {
    return created;
  }

  /** Until when. */
  public Instant expires() {
    return expires;
  }

  /** When it was used last, to the minute; empty when it never was. */
  public Optional<Instant> used() {
    return Optional.ofNullable(used);
  }

  /**
   * Who acts when a program comes with it.
   *
   * @param source the network address it comes from
   */
  public Actor actor(String source) {
    return new Actor(label(), scope.role(domain), domain, source);
  }

  /** As the audit trail calls it: {@code billing (API key 7)}. */
  public String label() {
    return name + " (API key " + id + ")";
  }

  void use(Instant now) {
    used = now;
  }

  Facts facts() {
    return Facts.of("scope", scope).and("expires", expires);
  }
}
