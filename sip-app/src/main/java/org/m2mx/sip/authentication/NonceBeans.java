package org.m2mx.sip.authentication;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.sipcontainer.digest.NonceCounts;
import org.m2mx.sipcontainer.digest.Nonces;
import org.m2mx.sipcontainer.security.IssuedNonces;

/** The nonces of the service's challenges, and how often each was used. */
@Singleton
class NonceBeans {
  @Produces
  @Singleton
  Nonces nonces(
      Clock clock,
      @ConfigProperty(name = "m2mx.authentication.nonce-lifetime", defaultValue = "PT5M")
          Duration lifetime) {
    if (lifetime.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "m2mx.authentication.nonce-lifetime=" + lifetime + ": give PT1S or more");
    }
    return new Nonces(clock, lifetime);
  }

  /** Lets the container tell an answer to a challenge from a made-up one, under overload. */
  @Produces
  @Singleton
  IssuedNonces issued(Nonces nonces) {
    return nonces::isFresh;
  }

  @Produces
  @Singleton
  NonceCounts counts(Nonces nonces) {
    return new NonceCounts(nonces);
  }
}
