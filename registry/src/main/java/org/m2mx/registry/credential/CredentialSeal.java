package org.m2mx.registry.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.m2mx.registry.Aor;

/**
 * Seals HA1 values with AES-256-GCM. The address of record and the algorithm are authenticated with
 * each, so that a value moved to another row of the table does not open.
 */
final class CredentialSeal {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_OCTETS = 12;
  private static final int TAG_BITS = 128;

  private final SecretKey key;
  private final SecureRandom random;

  CredentialSeal(RegistryKey registryKey, SecureRandom random) {
    this.key = registryKey.derive("credential seal", "AES");
    this.random = random;
  }

  /** Nonce, ciphertext and tag. */
  byte[] seal(Aor aor, DigestAlgorithm algorithm, byte[] ha1) {
    var nonce = new byte[NONCE_OCTETS];
    random.nextBytes(nonce);
    try {
      var ciphertext = cipher(Cipher.ENCRYPT_MODE, nonce, aor, algorithm).doFinal(ha1);
      return ByteBuffer.allocate(nonce.length + ciphertext.length)
          .put(nonce)
          .put(ciphertext)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Sealing a credential failed", e);
    }
  }

  /**
   * Undoes {@link #seal}.
   *
   * @throws RegistryKeyException when it was sealed with another key or for another row, or was
   *     changed since
   */
  byte[] open(Aor aor, DigestAlgorithm algorithm, byte[] sealed) {
    if (sealed.length < NONCE_OCTETS + TAG_BITS / Byte.SIZE) {
      throw new RegistryKeyException(
          "The %s credential of %s is cut short: reset it".formatted(algorithm.token(), aor));
    }
    var in = ByteBuffer.wrap(sealed);
    var nonce = new byte[NONCE_OCTETS];
    in.get(nonce);
    try {
      return cipher(Cipher.DECRYPT_MODE, nonce, aor, algorithm)
          .doFinal(sealed, NONCE_OCTETS, in.remaining());
    } catch (AEADBadTagException e) {
      throw new RegistryKeyException(
          "The %s credential of %s does not open: it was sealed with another key or changed; reset it"
              .formatted(algorithm.token(), aor),
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Opening a credential failed", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, Aor aor, DigestAlgorithm algorithm)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD((aor + " " + algorithm.token()).getBytes(UTF_8));
    return cipher;
  }
}
