package org.m2mx.registry.credential;

import java.security.SecureRandom;
import org.m2mx.registry.Aor;

/** Seals HA1 values, each for its address of record and algorithm. */
final class CredentialSeal {
  private final Seal seal;

  CredentialSeal(RegistryKey registryKey, SecureRandom random) {
    this.seal = new Seal(registryKey, "credential seal", random);
  }

  /** Nonce, ciphertext and tag. */
  byte[] seal(Aor aor, DigestAlgorithm algorithm, byte[] ha1) {
    return seal.seal(place(aor, algorithm), ha1);
  }

  /**
   * Undoes {@link #seal}.
   *
   * @throws RegistryKeyException when it was sealed with another key or for another row, or was
   *     changed since
   */
  byte[] open(Aor aor, DigestAlgorithm algorithm, byte[] sealed) {
    return seal.open(place(aor, algorithm), sealed)
        .orElseThrow(
            () ->
                new RegistryKeyException(
                    "The %s credential of %s does not open: it was sealed with another key or changed; reset it"
                        .formatted(algorithm.token(), aor)));
  }

  private static String place(Aor aor, DigestAlgorithm algorithm) {
    return aor + " " + algorithm.token();
  }
}
