package org.m2mx.registry.access;

import java.util.Objects;
import org.m2mx.registry.Aor;

/**
 * Who acts: an operator at the console, a program with an API key, a subscriber, or the service
 * itself.
 *
 * @param name as the audit trail shows it
 * @param role what it may do
 * @param domain the ISP it is bound to, by its first domain in lower case; null when it reaches all
 *     of them; of a subscriber its own domain
 * @param source the network address it comes from; null for the service itself, unasked
 * @param self whose account it looks after; null unless it is a subscriber
 */
public record Actor(String name, Role role, String domain, String source, Aor self) {
  private static final int LONGEST_NAME = 128;

  /**
   * Checks that an administrator is bound to no ISP, an ISP's operator to one, and a subscriber to
   * itself.
   *
   * @throws IllegalArgumentException when role and domain contradict one another
   */
  public Actor {
    Objects.requireNonNull(name, "name");
    role.requireReach(domain);
    if ((role == Role.SUBSCRIBER) != (self != null)) {
      throw new IllegalArgumentException("A subscriber, and nobody else, is bound to an account");
    }
  }

  /** Somebody who is no subscriber. */
  public Actor(String name, Role role, String domain, String source) {
    this(name, role, domain, source, null);
  }

  /**
   * A subscriber, who looks after its own account.
   *
   * @param source the network address it comes from
   */
  public static Actor subscriber(Aor aor, String source) {
    var text = aor.toString();
    var name = text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME);
    return new Actor(name, Role.SUBSCRIBER, aor.domain(), source, aor);
  }

  /**
   * The service itself, at work without being asked.
   *
   * @param task what it is at, for the audit trail
   */
  public static Actor service(String task) {
    return service(task, null);
  }

  /**
   * The service itself, at work for somebody whom it does not know.
   *
   * @param task what it is at, for the audit trail
   * @param source the network address that somebody comes from
   */
  public static Actor service(String task, String source) {
    return new Actor(task, Role.ADMINISTRATOR, null, source);
  }

  /**
   * Whether this actor has an access. A subscriber has none, but for doors that are open to it.
   *
   * @param access what is asked for
   * @param target the first domain of the ISP that is reached into; null for the platform as a
   *     whole
   */
  public boolean may(Access access, String target) {
    if (role == Role.SUBSCRIBER) {
      return false;
    }
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
   * @param target the first domain of an ISP in lower case; null for the platform as a whole
   */
  public boolean reaches(String target) {
    return role != Role.SUBSCRIBER && (domain == null || domain.equals(target));
  }

  /** Whether this is the subscriber whose account is reached into. */
  public boolean is(Aor aor) {
    return self != null && self.equals(aor);
  }
}
