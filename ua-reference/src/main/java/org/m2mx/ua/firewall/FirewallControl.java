package org.m2mx.ua.firewall;

/** A firewall that opens pinholes when asked. Safe for use by several threads. */
public interface FirewallControl {

  /** Returns what it is and where, such as {@code IGD:2 at [2001:db8::1]:5000}. */
  String describe();

  /** Returns how tightly it restricts who comes through its holes. */
  SourceRestriction restriction();

  /** Says whether it is this machine's own, which sees what comes out of its tunnels, too. */
  default boolean isOfThisMachine() {
    return false;
  }

  /**
   * Opens a pinhole. Blocks for some seconds at most.
   *
   * @param request the hole
   * @return the open hole; the firewall closes it by itself when its lease runs out
   * @throws FirewallException if the firewall refuses or does not answer
   */
  Pinhole open(PinholeRequest request) throws FirewallException;
}
