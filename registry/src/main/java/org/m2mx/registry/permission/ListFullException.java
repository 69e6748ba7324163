package org.m2mx.registry.permission;

import org.m2mx.registry.Aor;

/** A subscriber's list has as many lines as it may have; the message says how many. */
public class ListFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int limit;

  ListFullException(Aor callee, int limit) {
    super("The list of " + callee + " has " + limit + " lines, and may not have more");
    this.limit = limit;
  }

  /** How many lines a list may have. */
  public int limit() {
    return limit;
  }
}
