package org.m2mx.registry;

/** A name that must be unique is in use already; the message names it. */
public class TakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message names what is in use
   */
  public TakenException(String message) {
    super(message);
  }

  /**
   * @param message names what is in use
   * @param cause what the database said
   */
  public TakenException(String message, Throwable cause) {
    super(message, cause);
  }
}
