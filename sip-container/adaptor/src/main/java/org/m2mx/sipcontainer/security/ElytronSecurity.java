package org.m2mx.sipcontainer.security;

import java.util.Set;
import java.util.concurrent.Executor;
import org.wildfly.security.auth.server.SecurityDomain;
import org.wildfly.security.auth.server.SecurityIdentity;
import org.wildfly.security.authz.RoleMapper;
import org.wildfly.security.authz.Roles;

/**
 * WildFly's: the security domain of the web application, which is that of its enterprise beans
 * unless they name another. It need not know the users.
 */
final class ElytronSecurity implements ServerSecurity {
  private final SecurityDomain domain;

  private ElytronSecurity(SecurityDomain domain) {
    this.domain = domain;
  }

  /** Of the application the calling thread is in. */
  static ServerSecurity here() {
    SecurityDomain domain = SecurityDomain.getCurrent();
    return domain == null ? NONE : new ElytronSecurity(domain);
  }

  @Override
  public boolean canBeTold() {
    return true;
  }

  @Override
  public Executor as(String name, Set<String> roles) {
    return with(domain.createAdHocIdentity(name), roles);
  }

  @Override
  public Executor asNobodyWith(String role) {
    return with(domain.getAnonymousSecurityIdentity(), Set.of(role));
  }

  @Override
  public Executor asNow() {
    return domain.getCurrentSecurityIdentity()::runAs;
  }

  private static Executor with(SecurityIdentity identity, Set<String> roles) {
    return identity.withDefaultRoleMapper(RoleMapper.constant(Roles.fromSet(roles)))::runAs;
  }
}
