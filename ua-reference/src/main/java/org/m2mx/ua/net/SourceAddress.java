package org.m2mx.ua.net;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Which of the machine's addresses the system would send from. */
@FunctionalInterface
public interface SourceAddress {

  /**
   * Finds the source address towards a destination.
   *
   * @param destination a resolved address
   * @return the address that the system picks, by RFC 6724 and its routes
   * @throws IOException if there is no route
   */
  InetAddress towards(InetSocketAddress destination) throws IOException;

  /**
   * Says whether a gateway is likely to show another source address to a destination.
   *
   * @param own what {@link #towards} has found
   * @param destination where to
   * @return true for an IPv4 address that is known in its own network only, towards another network
   */
  default boolean isTranslated(InetAddress own, InetAddress destination) {
    return Ipv4Scope.isTranslated(own, destination);
  }

  /** Asks the system, by connecting a datagram socket; nothing is sent. */
  static SourceAddress ofSystem() {
    return destination -> {
      try (DatagramSocket socket = new DatagramSocket()) {
        socket.connect(destination);
        return socket.getLocalAddress();
      }
    };
  }
}
