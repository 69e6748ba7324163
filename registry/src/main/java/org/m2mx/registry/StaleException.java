package org.m2mx.registry;

/** What was to be changed has been changed since it was read; the message names it. */
public class StaleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message names what has been changed
   */
  public StaleException(String message) {
    super(message);
  }

  /**
   * @param message names what has been changed
   * @param cause how that was noticed; null if by looking
   */
  public StaleException(String message, Throwable cause) {
    super(message, cause);
  }
}
