package org.m2mx.ua.firewall;

import java.net.InetAddress;
import java.util.Optional;

/** Looks for a firewall of one kind. */
public interface FirewallFinder {

  /** Returns the kind, such as {@code PCP}. */
  String method();

  /**
   * Looks for a firewall in front of an address. Blocks for some seconds at most.
   *
   * @param own the address of this machine that peers are to reach
   * @return the firewall's control, or empty if there is none of this kind
   * @throws FirewallException if there is one but it cannot be used; the message says why
   */
  Optional<FirewallControl> find(InetAddress own) throws FirewallException;
}
