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

/** A person who signs in to the console. */
@Entity
public class Operator {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @Column(updatable = false)
  private String name;

  @Embedded private SaltedPassword password;

  @Enumerated(EnumType.STRING)
  private Role role;

  @Column(name = "must_change_password")
  private boolean mustChangePassword;

  @Column(updatable = false)
  private Instant created;

  /** For Jakarta Persistence. */
  protected Operator() {}

  Operator(String name, Role role, SaltedPassword oneTimePassword, Instant created) {
    this.name = name;
    this.role = role;
    this.password = oneTimePassword;
    this.mustChangePassword = true;
    this.created = created;
  }

  /** The name to sign in with. */
  public String name() {
    return name;
  }

  /** What the operator may do. */
  public Role role() {
    return role;
  }

  /** Whether the password is the one-time one, with which nothing but a change of it is allowed. */
  public boolean mustChangePassword() {
    return mustChangePassword;
  }

  /** When the operator was added. */
  public Instant created() {
    return created;
  }

  boolean provesItselfWith(String guess) {
    return password.matches(guess);
  }

  void change(SaltedPassword chosen) {
    password = chosen;
    mustChangePassword = false;
  }
}
