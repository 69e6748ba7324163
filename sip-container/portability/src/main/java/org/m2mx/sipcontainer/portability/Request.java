package org.m2mx.sipcontainer.portability;

import jakarta.enterprise.context.RequestScoped;
import java.util.UUID;

/** One call of a servlet. */
@RequestScoped
public class Request {
  private final String id = UUID.randomUUID().toString();

  /** Another one for each request. */
  public String id() {
    return id;
  }
}
