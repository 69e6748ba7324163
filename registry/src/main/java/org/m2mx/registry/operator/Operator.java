package org.m2mx.registry.operator;

import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Instant;
import org.m2mx.registry.Status;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.audit.Facts;

/** A person who signs in to the console. */
@Entity
public class Operator {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @Column(updatable = false)
  private String name;

  @Embedded private SaltedPassword password;

  @Column(name = "password_number")
  private int passwordNumber;

  @Column(name = "must_change_password")
  private boolean mustChangePassword;

  @Enumerated(EnumType.STRING)
  @Column(updatable = false)
  private Role role;

  @Column(updatable = false)
  private String domain;

  @Enumerated(EnumType.STRING)
  private Status status;

  @Column(updatable = false)
  private Instant created;

  /** For Jakarta Persistence. */
  protected Operator() {}

  Operator(String name, Role role, String domain, SaltedPassword oneTimePassword, Instant created) {
    role.requireReach(domain);
    if (!Role.ofOperators().contains(role)) {
      throw new IllegalArgumentException("No operator is a " + role);
    }
    this.name = name;
    this.role = role;
    this.domain = domain;
    this.password = oneTimePassword;
    this.passwordNumber = 1;
    this.mustChangePassword = true;
    this.status = Status.ACTIVE;
    this.created = created;
  }

  /** The operator's number, which no other gets. */
  public long id() {
    return id;
  }

  /** The name to sign in with. */
  public String name() {
    return name;
  }

  /** What the operator may do. */
  public Role role() {
    return role;
  }

  /** The domain of the ISP the operator is bound to; null when it reaches all. */
  public String domain() {
    return domain;
  }

  /** Whether the operator is let in. */
  public Status status() {
    return status;
  }

  /** Whether the password is the one-time one, with which nothing but a change of it is allowed. */
  public boolean mustChangePassword() {
    return mustChangePassword;
  }

  /** When the operator was added. */
  public Instant created() {
    return created;
  }

  /**
   * Which operator with which of its passwords this is: whoever signed in under another mark, be it
   * with an earlier password, signs in again.
   */
  public String mark() {
    return id + ":" + passwordNumber;
  }

  boolean provesItselfWith(String guess) {
    return password.matches(guess);
  }

  void change(SaltedPassword chosen) {
    password = chosen;
    passwordNumber++;
    mustChangePassword = false;
  }

  void reset(SaltedPassword oneTime) {
    change(oneTime);
    mustChangePassword = true;
  }

  void suspend() {
    status = Status.SUSPENDED;
  }

  void resume() {
    status = Status.ACTIVE;
  }

  Facts facts() {
    return Facts.of("role", role)
        .and("isp", domain)
        .and("status", status)
        .and("password", mustChangePassword ? "one-time" : "chosen");
  }
}
