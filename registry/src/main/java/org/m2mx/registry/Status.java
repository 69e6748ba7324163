package org.m2mx.registry;

/** Whether an ISP or a subscriber is served. */
public enum Status {
  /** Served. */
  ACTIVE,
  /** Known but not served: to the outside as if it did not exist. */
  SUSPENDED
}
