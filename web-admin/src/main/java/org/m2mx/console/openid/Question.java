package org.m2mx.console.openid;

/** Something that only the provider can tell. */
@FunctionalInterface
interface Question<T> {
  /**
   * Asks, and waits for the answer.
   *
   * @throws ProviderException when there is none, or none to be believed
   */
  T ask() throws ProviderException;
}
