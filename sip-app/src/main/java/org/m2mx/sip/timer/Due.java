package org.m2mx.sip.timer;

import java.io.Serializable;

/**
 * What a timer of {@link Timers} does when its time has come, with the session's lock held. It
 * stays in this server's memory: the API alone wants it serialisable.
 */
@FunctionalInterface
public interface Due extends Serializable {
  /** Does it. What is thrown is logged by the container. */
  void run();
}
