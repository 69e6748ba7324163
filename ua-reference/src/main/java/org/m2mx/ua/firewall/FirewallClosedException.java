package org.m2mx.ua.firewall;

/** A {@link Firewall} that was closed, and has no hole opened any more. */
public final class FirewallClosedException extends FirewallException {
  private static final long serialVersionUID = 1L;

  /**
   * It was closed.
   *
   * @param cause how that was noticed, or null
   */
  FirewallClosedException(Throwable cause) {
    super("No hole is opened any more: the user agent was closed", cause);
  }
}
