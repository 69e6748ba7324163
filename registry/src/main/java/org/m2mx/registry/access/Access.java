package org.m2mx.registry.access;

/** What a service asks of whoever calls it. */
public enum Access {
  /** To be somebody: the service itself keeps to what is the actor's own. */
  OWN,
  /** To see what belongs to an ISP, or to the platform. */
  READ,
  /** To change what belongs to an ISP, or to the platform. */
  CHANGE,
  /** To run the platform: every ISP, and who its operators are. */
  ADMINISTER
}
