package org.m2mx.registry.access;

/** Whoever acts may not do this; the message says who, and what was asked for. */
public class AccessDeniedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message who, and what was asked for
   */
  public AccessDeniedException(String message) {
    super(message);
  }
}
