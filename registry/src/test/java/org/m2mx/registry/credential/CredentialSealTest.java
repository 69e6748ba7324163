package org.m2mx.registry.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.m2mx.registry.credential.DigestAlgorithm.SHA_256;
import static org.m2mx.registry.credential.DigestAlgorithm.SHA_512_256;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.VIDEO;
import static org.m2mx.registry.testing.Registry.newKey;

import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CredentialSealTest {
  private static final byte[] HA1 = SHA_256.newDigest().digest();

  private final CredentialSeal seal = new CredentialSeal(newKey(), new SecureRandom());

  @Test
  void whatIsSealedOpens() {
    assertThat(seal.open(ALICE, SHA_256, seal.seal(ALICE, SHA_256, HA1))).isEqualTo(HA1);
  }

  @Test
  void theSameValueIsSealedDifferentlyEachTime() {
    assertThat(seal.seal(ALICE, SHA_256, HA1)).isNotEqualTo(seal.seal(ALICE, SHA_256, HA1));
  }

  @Test
  void aChangeOfAnyOctetIsNoticed() {
    var sealed = seal.seal(ALICE, SHA_256, HA1);
    for (int i = 0; i < sealed.length; i++) {
      var changed = sealed.clone();
      changed[i] ^= 1;
      refused(() -> seal.open(ALICE, SHA_256, changed));
    }
  }

  @Test
  void aValueCutShortIsNoticed() {
    var sealed = seal.seal(ALICE, SHA_256, HA1);
    for (int length = 0; length < sealed.length; length++) {
      var cut = Arrays.copyOf(sealed, length);
      refused(() -> seal.open(ALICE, SHA_256, cut));
    }
  }

  @Test
  void aValueOpensOnlyForItsOwnSubscriberAlgorithmAndKey() {
    var sealed = seal.seal(ALICE, SHA_256, HA1);
    refused(() -> seal.open(VIDEO, SHA_256, sealed));
    refused(() -> seal.open(ALICE, SHA_512_256, sealed));
    var other = new CredentialSeal(newKey(), new SecureRandom());
    refused(() -> other.open(ALICE, SHA_256, sealed));
  }

  private static void refused(Runnable opening) {
    assertThatExceptionOfType(RegistryKeyException.class)
        .isThrownBy(opening::run)
        .withMessageContaining("reset it");
  }
}
