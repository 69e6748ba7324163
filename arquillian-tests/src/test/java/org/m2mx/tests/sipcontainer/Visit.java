package org.m2mx.tests.sipcontainer;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;

/** Somebody was here. */
@Entity
public class Visit {
  @Id @GeneratedValue private Long id;

  private String visitor;

  /** For the persistence provider. */
  protected Visit() {}

  Visit(String visitor) {
    this.visitor = visitor;
  }

  /** Who it was. */
  public String visitor() {
    return visitor;
  }
}
