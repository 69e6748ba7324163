package org.m2mx.registry.access;

import java.util.List;

/** What whoever acts may do. */
public enum Role {
  /** Everything, for all ISPs. */
  ADMINISTRATOR,
  /** Everything that concerns the subscribers of one ISP, and nothing of another. */
  ISP_OPERATOR,
  /** Sees and changes nothing, for one ISP or for all. */
  AUDITOR,
  /** Looks after its own account, and nothing else. No operator has this role. */
  SUBSCRIBER;

  /** Those that operators can have. */
  public static List<Role> ofOperators() {
    return List.of(ADMINISTRATOR, ISP_OPERATOR, AUDITOR);
  }

  /**
   * Makes sure that a reach fits this role.
   *
   * @param domain of an ISP; null for all ISPs
   * @throws IllegalArgumentException for an administrator bound to an ISP, and for an ISP's
   *     operator bound to none
   */
  public void requireReach(String domain) {
    if (this == ADMINISTRATOR && domain != null) {
      throw new IllegalArgumentException("An administrator is bound to no ISP, not " + domain);
    }
    if (this == ISP_OPERATOR && domain == null) {
      throw new IllegalArgumentException("An ISP's operator is bound to an ISP");
    }
  }
}
