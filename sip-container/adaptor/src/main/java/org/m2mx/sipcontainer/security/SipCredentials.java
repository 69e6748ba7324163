package org.m2mx.sipcontainer.security;

import java.util.Optional;

/**
 * What an application whose sip.xml names roles knows its users by. The application has one CDI
 * bean of this type; without CDI a {@code ServletContext} attribute of this interface's name holds
 * it.
 *
 * <p>It is asked on the container's threads, by several at once, in the application's context:
 * {@code java:comp}, transactions and persistence work.
 */
@FunctionalInterface
public interface SipCredentials {

  /**
   * Looks a user up.
   *
   * @param username as the client wrote it; whatever text it likes
   * @param realm of the application's login-config
   * @return empty when there is no such user, or none that may sign in. The client is answered as
   *     if its password had been wrong; an implementation that takes as long for both does not tell
   *     by its time who exists
   */
  Optional<SipUser> find(String username, String realm);
}
