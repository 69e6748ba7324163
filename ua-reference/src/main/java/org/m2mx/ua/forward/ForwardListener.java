package org.m2mx.ua.forward;

/** Is told what becomes of connections, on any thread. */
public interface ForwardListener {

  /** Both sides have greeted each other: connections are taken from now on. */
  default void ready() {}

  /**
   * A connection has come about.
   *
   * @param port the port at the exposing side
   */
  default void opened(int port) {}

  /**
   * A connection was refused by the exposing side.
   *
   * @param port the port that was asked for
   * @param why one line
   */
  default void refused(int port, String why) {}

  /**
   * A connection has ended, one way or the other.
   *
   * @param port the port at the exposing side
   * @param sent bytes that went to the peer
   * @param received bytes that came from the peer
   */
  default void closed(int port, long sent, long received) {}
}
