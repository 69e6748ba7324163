package org.m2mx.sipcontainer.security;

import java.util.Optional;

/**
 * Challenges strangers before anything is remembered of them, as RFC 3261 sections 8.2.7 and
 * 26.3.2.4 have it: there is no transaction and no session for them. An application that challenges
 * its callers itself may have one CDI bean of this type; without CDI a {@code ServletContext}
 * attribute of this interface's name holds it. It is asked where every request comes to this
 * application first, because it is the only one and no application router is configured.
 *
 * <p>Servlets still get, and have to challenge, what wants a closer look: requests that came by way
 * of a proxy, that have a Route or require an extension.
 *
 * <p>It is asked by several threads at once and outside of the application's context, so it looks
 * nothing up by JNDI and is a bean of no scope but {@code @Singleton}. Where it fails the servlets
 * get the request.
 */
@FunctionalInterface
public interface Challenger {

  /**
   * Challenges who sent a request.
   *
   * @return what the request is answered with; empty leaves it to the servlets
   */
  Optional<Challenge> challenge(UnauthenticatedRequest request);
}
