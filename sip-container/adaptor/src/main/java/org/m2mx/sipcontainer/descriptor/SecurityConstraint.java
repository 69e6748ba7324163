package org.m2mx.sipcontainer.descriptor;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A {@code <security-constraint>} of sip.xml (JSR 289 section 17.3).
 *
 * @param resources what it is about; a request that any of them covers
 * @param proxyAuthentication whether callers are challenged as by a proxy, with 407
 * @param roles that may; an empty set is nobody, empty is anybody, without being asked for a name
 * @param confidential whether only what came over TLS may
 */
public record SecurityConstraint(
    List<Resources> resources,
    boolean proxyAuthentication,
    Optional<Set<String>> roles,
    boolean confidential) {

  /**
   * A {@code <resource-collection>}.
   *
   * @param servlets names; none is all
   * @param methods of requests; none is all
   */
  public record Resources(Set<String> servlets, Set<String> methods) {
    /** Copies the sets. */
    public Resources {
      servlets = Set.copyOf(servlets);
      methods = Set.copyOf(methods);
    }

    private boolean cover(String servlet, String method) {
      return (servlets.isEmpty() || servlets.contains(servlet))
          && (methods.isEmpty() || methods.contains(method));
    }
  }

  /** Copies the collections. */
  public SecurityConstraint {
    resources = List.copyOf(resources);
    roles = roles.map(Set::copyOf);
  }

  /** Whether it is about a request of this method to this servlet. */
  public boolean covers(String servlet, String method) {
    return resources.stream().anyMatch(resource -> resource.cover(servlet, method));
  }

  /** Whether it shuts everybody out. */
  public boolean forNobody() {
    return roles.filter(Set::isEmpty).isPresent();
  }
}
