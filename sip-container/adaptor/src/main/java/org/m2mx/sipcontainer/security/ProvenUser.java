package org.m2mx.sipcontainer.security;

import java.security.Principal;
import java.util.Map;
import java.util.Set;
import org.mobicents.servlet.sip.core.security.SipPrincipal;

/**
 * Who has proven himself, as one servlet sees it.
 *
 * @param getName the user's name
 * @param roles that he has
 * @param roleLinks the servlet's own names of roles (security-role-ref)
 */
record ProvenUser(String getName, Set<String> roles, Map<String, String> roleLinks)
    implements SipPrincipal {
  @Override
  public boolean isUserInRole(String role) {
    return roles.contains(roleLinks.getOrDefault(role, role));
  }

  @Override
  public Principal getPrincipal() {
    return this;
  }
}
