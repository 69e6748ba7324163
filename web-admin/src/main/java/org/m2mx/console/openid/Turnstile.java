package org.m2mx.console.openid;

import java.util.concurrent.Semaphore;

/**
 * Lets a few at a time wait for the provider, so that one that does not answer takes none of the
 * threads by which everybody else is served.
 */
final class Turnstile {
  private final Semaphore places;

  /**
   * @param places how many may wait at a time; 1 or more
   */
  Turnstile(int places) {
    this.places = new Semaphore(places);
  }

  /**
   * Asks if there is a place.
   *
   * @throws ProviderException when there is none, or no answer
   */
  <T> T pass(Question<T> question) throws ProviderException {
    if (!places.tryAcquire()) {
      throw new ProviderException("The provider is busy: others wait for its answer already");
    }
    try {
      return question.ask();
    } finally {
      places.release();
    }
  }
}
