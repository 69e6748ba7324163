package org.m2mx.registry.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals what must not be read in the database, with AES-256-GCM. Where a value belongs is
 * authenticated with it, so that one moved to another row does not open.
 */
public final class Seal {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_OCTETS = 12;
  private static final int TAG_BITS = 128;

  private final SecretKey key;
  private final SecureRandom random;

  /**
   * @param registryKey where the seal's own key is taken from
   * @param purpose what is sealed; another purpose has another key
   * @param random where nonces come from
   */
  public Seal(RegistryKey registryKey, String purpose, SecureRandom random) {
    this.key = registryKey.derive(purpose, "AES");
    this.random = random;
  }

  /**
   * Seals a value.
   *
   * @param place where it belongs
   * @return nonce, ciphertext and tag
   */
  public byte[] seal(String place, byte[] value) {
    var nonce = new byte[NONCE_OCTETS];
    random.nextBytes(nonce);
    try {
      var ciphertext = cipher(Cipher.ENCRYPT_MODE, nonce, place).doFinal(value);
      return ByteBuffer.allocate(nonce.length + ciphertext.length)
          .put(nonce)
          .put(ciphertext)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Sealing failed", e);
    }
  }

  /**
   * Undoes {@link #seal}.
   *
   * @return empty when it was sealed with another key or for another place, or was changed or cut
   *     short since
   */
  public Optional<byte[]> open(String place, byte[] sealed) {
    if (sealed.length < NONCE_OCTETS + TAG_BITS / Byte.SIZE) {
      return Optional.empty();
    }
    var in = ByteBuffer.wrap(sealed);
    var nonce = new byte[NONCE_OCTETS];
    in.get(nonce);
    try {
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, nonce, place).doFinal(sealed, NONCE_OCTETS, in.remaining()));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Opening what was sealed failed", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String place) throws GeneralSecurityException {
    var cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(place.getBytes(UTF_8));
    return cipher;
  }
}
