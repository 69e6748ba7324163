package org.m2mx.bench;

/** A measurement cannot be made; the message says why and what to do. */
public class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line
   */
  public BenchException(String message) {
    super(message);
  }

  /**
   * @param message one line
   * @param cause what failed
   */
  public BenchException(String message, Throwable cause) {
    super(message, cause);
  }
}
