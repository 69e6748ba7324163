package org.m2mx.ua.digest;

import java.util.Optional;
import java.util.Set;

/**
 * One challenge of a 401 or 407 (RFC 7616 section 3.3).
 *
 * @param realm the protection space, never null
 * @param nonce the server's nonce, never null
 * @param opaque to be given back untouched, or null
 * @param algorithm the name as sent, or null, which means MD5
 * @param qop the offered qualities of protection, possibly none
 * @param stale whether only the nonce was out of date, not the password wrong
 */
public record DigestChallenge(
    String realm, String nonce, String opaque, String algorithm, Set<String> qop, boolean stale) {

  /** Copies the offered qualities of protection. */
  public DigestChallenge {
    qop = Set.copyOf(qop);
  }

  /**
   * Returns the algorithm to answer with, or empty if this client cannot answer: an algorithm it
   * does not use, or no {@code qop=auth}.
   */
  public Optional<DigestAlgorithm> answerable() {
    return qop.contains("auth") ? DigestAlgorithm.of(algorithm) : Optional.empty();
  }
}
