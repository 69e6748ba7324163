package org.m2mx.ua.firewall;

import java.net.InetAddress;

/** Tells that a gateway may have restarted, and so have forgotten its holes. */
@FunctionalInterface
public interface GatewayNews {
  /** Nothing is ever told. */
  GatewayNews NONE = (own, restarted) -> () -> {};

  /**
   * Listens on the link of an address. Whoever is on that link can make believe that a gateway has
   * restarted: what is told is a reason to ask the gateway, and nothing more.
   *
   * @param own an address of this machine
   * @param restarted is run at each piece of news, on any thread
   * @return stops it
   */
  Listening listen(InetAddress own, Runnable restarted);

  /** Listens until it is closed. */
  @FunctionalInterface
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }
}
