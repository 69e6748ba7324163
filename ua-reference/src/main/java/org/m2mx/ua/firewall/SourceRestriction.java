package org.m2mx.ua.firewall;

/** Whom a pinhole lets in, from the coarsest to the tightest. */
public enum SourceRestriction {
  /** Anybody who finds the port. */
  ANY_SOURCE,
  /** The peer's address, from any of its ports. */
  PEER_ADDRESS,
  /** The peer's address, and only its port where that is known. */
  PEER_ADDRESS_AND_PORT,
}
