package org.m2mx.sipcontainer.security;

/**
 * What an application that challenges its callers itself knows its nonces by. Under overload
 * requests that bring a proof come in before others ({@code sip.overload.queue-delay}); with this
 * the container believes only those that answer a challenge. The application has one CDI bean of
 * this type; without CDI a {@code ServletContext} attribute of this interface's name holds it. The
 * nonces of a login-config are known without.
 *
 * <p>It is asked on the threads that read from the network, by several at once, and outside of the
 * application's context: it must neither wait nor look anything up.
 */
@FunctionalInterface
public interface IssuedNonces {

  /**
   * Whether a nonce was given out and may still be used.
   *
   * @param nonce as the client sent it; whatever text it likes
   * @param realm as the client sent it
   */
  boolean isFresh(String nonce, String realm);
}
