package org.m2mx.ua.check;

import java.time.Duration;
import java.util.Objects;

/**
 * How to have the device under test die in mid-session, to see that its firewall closes by itself.
 *
 * @param command for {@code /bin/sh}; ends the device's program as a crash does, and leaves its
 *     machine running
 * @param lease how long the device's holes may stay open after that
 */
public record Crash(String command, Duration lease) {

  /** Checks that both are there. */
  public Crash {
    Objects.requireNonNull(command);
    Objects.requireNonNull(lease);
  }
}
