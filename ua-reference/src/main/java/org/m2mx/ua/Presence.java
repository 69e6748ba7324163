package org.m2mx.ua;

/** Whether somebody can be called now (the basic status of RFC 3863). */
public enum Presence {
  /** A call would reach a device. */
  ONLINE,
  /** A call would reach none. */
  OFFLINE,
}
