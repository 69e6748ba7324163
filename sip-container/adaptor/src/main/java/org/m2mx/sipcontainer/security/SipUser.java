package org.m2mx.sipcontainer.security;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.m2mx.sipcontainer.digest.DigestAlgorithm;

/**
 * A user, and what a digest proof of his is checked against.
 *
 * @param name what {@code getRemoteUser} tells
 * @param roles the roles of the application's sip.xml that he has
 * @param ha1s H(user:realm:password) by each algorithm that he may use; an algorithm that is not
 *     there proves nothing
 */
public record SipUser(String name, Set<String> roles, Map<DigestAlgorithm, byte[]> ha1s) {
  /** Copies the collections. */
  public SipUser {
    roles = Set.copyOf(roles);
    ha1s = Map.copyOf(ha1s);
  }

  /** A user who proves himself by other means than a password. */
  public static SipUser named(String name, Set<String> roles) {
    return new SipUser(name, roles, Map.of());
  }

  /**
   * A user whose password is known in clear, who may use every algorithm.
   *
   * @param password not kept, only its hashes are
   */
  public static SipUser of(String name, String realm, String password, Set<String> roles) {
    Map<DigestAlgorithm, byte[]> ha1s = new EnumMap<>(DigestAlgorithm.class);
    for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
      ha1s.put(algorithm, algorithm.ha1(name, realm, password));
    }
    return new SipUser(name, roles, ha1s);
  }

  /** Tells name and roles, never a hash. */
  @Override
  public String toString() {
    return "SipUser[name=%s, roles=%s]".formatted(name, roles);
  }
}
