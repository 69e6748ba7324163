package org.m2mx.registry.api;

import org.m2mx.registry.access.Role;

/** What a program may do with its key. */
public enum Scope {
  /** See and change nothing. */
  READ,
  /** See and change. */
  WRITE;

  /**
   * The role of a program with such a key.
   *
   * @param domain the ISP it is bound to; null for all ISPs
   */
  Role role(String domain) {
    if (this == READ) {
      return Role.AUDITOR;
    }
    return domain == null ? Role.ADMINISTRATOR : Role.ISP_OPERATOR;
  }
}
