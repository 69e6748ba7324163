package org.m2mx.registry.access;

import java.util.Objects;

/**
 * Who acts: an operator at the console, a program with an API key, or the service itself.
 *
 * @param name as the audit trail shows it
 * @param role what it may do
 * @param domain the ISP it is bound to, in lower case; null when it reaches all of them
 * @param source the network address it comes from; null for the service itself
 */
public record Actor(String name, Role role, String domain, String source) {
  /**
   * Checks that an administrator is bound to no ISP and an ISP's operator to one.
   *
   * @throws IllegalArgumentException when role and domain contradict one another
   */
  public Actor {
    Objects.requireNonNull(name, "name");
    role.requireReach(domain);
  }

  /**
   * The service itself, at work without being asked.
   *
   * @param task what it is at, for the audit trail
   */
  public static Actor service(String task) {
    return new Actor(task, Role.ADMINISTRATOR, null, null);
  }

  /**
   * Whether this actor has an access.
   *
   * @param access what is asked for
   * @param target the domain of the ISP that is reached into; null for the platform as a whole
   */
  public boolean may(Access access, String target) {
    return switch (access) {
      case OWN -> true;
      case READ -> reaches(target);
      case CHANGE -> role != Role.AUDITOR && reaches(target);
      case ADMINISTER -> role == Role.ADMINISTRATOR;
    };
  }

  /**
   * Whether an ISP, or the platform, is within reach, be it only to look.
   *
   * @param target a domain in lower case; null for the platform as a whole
   */
  public boolean reaches(String target) {
    return domain == null || domain.equals(target);
  }
}
