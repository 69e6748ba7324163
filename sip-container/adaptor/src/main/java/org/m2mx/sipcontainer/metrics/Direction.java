package org.m2mx.sipcontainer.metrics;

import java.util.Locale;

/** Which way a message goes, as this server sees it. */
public enum Direction {
  /** Received. */
  IN,
  /** Sent. */
  OUT;

  /** In small letters. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
