package org.m2mx.sipcontainer.security;

import java.util.List;
import org.m2mx.sipcontainer.digest.DigestAlgorithm;
import org.m2mx.sipcontainer.digest.Nonces;

/**
 * What the challenges of all applications are made of.
 *
 * @param offered algorithms, in the order they are offered in
 * @param nonces of this run of the server
 */
public record DigestTerms(List<DigestAlgorithm> offered, Nonces nonces) {
  /** Copies the list. */
  public DigestTerms {
    offered = List.copyOf(offered);
  }
}
