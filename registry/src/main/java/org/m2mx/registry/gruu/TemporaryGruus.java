package org.m2mx.registry.gruu;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Binding;
import org.m2mx.registry.credential.RegistryKey;

/**
 * Temporary GRUUs: names that reach one device and say nothing of whose it is (RFC 5627 section
 * 3.1.2). Each is the encrypted name of the subscriber and a mark of the device's registration,
 * under a nonce of its own: two of the same device cannot be told from those of two, and none needs
 * to be stored.
 *
 * <p>The mark covers instance-id, Call-ID and the time since when the device has been registered.
 * So all of them end together, as section 3.2 asks, when the device registers with another Call-ID,
 * or is no longer registered.
 */
@ApplicationScoped
public class TemporaryGruus {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_OCTETS = 12;
  private static final int TAG_BITS = 128;

  /** Names of many lengths look alike. */
  private static final int USER_BLOCK = 16;

  private static final String PREFIX = "tgruu.";

  private final SecretKey key;
  private final SecureRandom random;

  /** For the client proxy only. */
  protected TemporaryGruus() {
    key = null;
    random = null;
  }

  /**
   * @param registryKey what the names are encrypted with
   * @param random where nonces come from
   */
  @Inject
  public TemporaryGruus(RegistryKey registryKey, SecureRandom random) {
    this.key = registryKey.derive("temporary GRUU", "AES");
    this.random = random;
  }

  /**
   * Makes one more for a device.
   *
   * @param binding live, of a device that gave its instance-id
   * @return the URI, {@code sip:tgruu.…@domain;gr}
   */
  public String of(Binding binding) {
    byte[] nonce = new byte[NONCE_OCTETS];
    random.nextBytes(nonce);
    byte[] user = binding.aor().user().getBytes(UTF_8);
    int padded = (user.length + USER_BLOCK - 1) / USER_BLOCK * USER_BLOCK;
    byte[] open = ByteBuffer.allocate(Long.BYTES + padded).putLong(mark(binding)).put(user).array();
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, binding.aor().domain()).doFinal(open);
      byte[] name =
          ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
      return "sip:%s%s@%s;gr"
          .formatted(
              PREFIX,
              Base64.getUrlEncoder().withoutPadding().encodeToString(name),
              binding.aor().domain());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Encrypting a name failed", e);
    }
  }

  /**
   * Reads one that {@link #of} made, whether it is still valid or not.
   *
   * @param user the URI's user part
   * @param domain the URI's host, in lower case
   * @return empty when it is none
   */
  public Optional<TemporaryGruu> read(String user, String domain) {
    if (!user.startsWith(PREFIX)) {
      return Optional.empty();
    }
    try {
      byte[] name = Base64.getUrlDecoder().decode(user.substring(PREFIX.length()));
      if (name.length < NONCE_OCTETS + Long.BYTES + USER_BLOCK + TAG_BITS / Byte.SIZE) {
        return Optional.empty();
      }
      ByteBuffer open =
          ByteBuffer.wrap(
              cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(name, NONCE_OCTETS), domain)
                  .doFinal(name, NONCE_OCTETS, name.length - NONCE_OCTETS));
      long mark = open.getLong();
      String unpadded = UTF_8.decode(open).toString().replace("\0", "");
      return Optional.of(new TemporaryGruu(new Aor(unpadded, domain), mark));
    } catch (IllegalArgumentException | AEADBadTagException notOurs) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Decrypting a name failed", e);
    }
  }

  static long mark(Binding binding) {
    String registration =
        String.join(
            "\n",
            binding.instanceId(),
            binding.callId(),
            Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, binding.created())));
    try {
      return ByteBuffer.wrap(
              MessageDigest.getInstance("SHA-256").digest(registration.getBytes(UTF_8)))
          .getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java runtime lacks SHA-256", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String domain) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(domain.getBytes(UTF_8));
    return cipher;
  }
}
