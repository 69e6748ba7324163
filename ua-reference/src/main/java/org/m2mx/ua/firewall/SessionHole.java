package org.m2mx.ua.firewall;

/** The hole of one session, kept open until the session closes it. */
@FunctionalInterface
public interface SessionHole extends AutoCloseable {
  /** No hole: none was needed, or none could be had. */
  SessionHole NONE = () -> {};

  /** Has the hole closed, without waiting for it. Does nothing the second time. */
  @Override
  void close();
}
