package org.m2mx.tests.sipcontainer;

import jakarta.enterprise.context.RequestScoped;
import java.util.UUID;

/** Another one for each callback. */
@RequestScoped
public class CurrentRequest {
  private final String id = UUID.randomUUID().toString();

  /** Tells one from the other. */
  public String id() {
    return id;
  }
}
