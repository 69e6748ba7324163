package org.m2mx.sipcontainer.metrics;

import java.util.Locale;

/** What is turned away when there is too much of it. */
public enum Shed {
  /** A request, refused with 503 because work waits too long. */
  REQUEST,
  /** A message, dropped because too many wait. */
  MESSAGE,
  /** A connection, closed as it came because too many are open. */
  CONNECTION;

  /** In small letters. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
