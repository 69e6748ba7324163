package org.m2mx.registry;

/** What was asked for is not in the registry; the message names it. */
public class NotFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message names what was looked for
   */
  public NotFoundException(String message) {
    super(message);
  }
}
