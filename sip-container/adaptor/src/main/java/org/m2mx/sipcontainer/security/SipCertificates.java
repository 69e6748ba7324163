package org.m2mx.sipcontainer.security;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What an application whose sip.xml has the auth-method CLIENT-CERT knows its users by. The
 * application has one CDI bean of this type; without CDI a {@code ServletContext} attribute of this
 * interface's name holds it.
 *
 * <p>It is asked for each request, on the container's threads, by several at once, in the
 * application's context: {@code java:comp}, transactions and persistence work.
 */
@FunctionalInterface
public interface SipCertificates {

  /**
   * Looks a user up.
   *
   * @param certificate that the peer's end of the connection has proven to hold, signed by one of
   *     {@code sip.tls.trust}
   * @return empty when it is nobody's; {@link SipUser#named} makes a user that needs no password
   */
  Optional<SipUser> find(X509Certificate certificate);
}
