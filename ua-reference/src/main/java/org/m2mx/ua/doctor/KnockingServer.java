package org.m2mx.ua.doctor;

import java.util.concurrent.CompletableFuture;
import org.m2mx.ua.firewall.TransportProtocol;

/** Somebody outside who knocks at this machine's ports when asked. */
@FunctionalInterface
public interface KnockingServer {

  /**
   * Asks for a knock, and does not wait.
   *
   * @param protocol by which to knock
   * @param port where, as seen from outside
   * @param token what the knock is to bring along
   * @return whether it knocks at all, completed when a knock that has not come will not come any
   *     more; or with a {@link org.m2mx.ua.UserAgentException}, why not
   */
  CompletableFuture<Boolean> knock(TransportProtocol protocol, int port, String token);
}
