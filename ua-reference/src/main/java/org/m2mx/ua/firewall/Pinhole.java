package org.m2mx.ua.firewall;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A hole that a firewall has opened. Its methods block for some seconds at most, and are called by
 * one thread at a time.
 */
public interface Pinhole {

  /** Returns the lease as granted, counted from when the hole was opened or last renewed. */
  Duration lease();

  /**
   * Returns where the outside finds this hole: this side's own address and port, or those of a
   * gateway that translates them.
   */
  InetSocketAddress outside();

  /**
   * Starts the lease anew; opens the hole again where the firewall has forgotten it.
   *
   * @throws FirewallException if the firewall refuses or does not answer
   */
  void renew() throws FirewallException;

  /**
   * Closes the hole. One that the firewall does not know any more is closed.
   *
   * @throws FirewallException if the firewall refuses or does not answer; then the hole stays open
   *     until its lease runs out
   */
  void close() throws FirewallException;
}
