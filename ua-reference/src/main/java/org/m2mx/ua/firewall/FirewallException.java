package org.m2mx.ua.firewall;

/** A firewall that does not do what it is asked to. The message says why, for people. */
public class FirewallException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal, or an answer that makes no sense.
   *
   * @param problem what is wrong, without a full stop
   */
  public FirewallException(String problem) {
    super(problem);
  }

  /**
   * A failure with an underlying cause.
   *
   * @param problem what is wrong, without a full stop
   * @param cause the underlying exception
   */
  public FirewallException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
