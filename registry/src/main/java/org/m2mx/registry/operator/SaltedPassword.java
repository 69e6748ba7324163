package org.m2mx.registry.operator;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.m2mx.registry.credential.Password;

/**
 * The SaltedPassword of SCRAM (RFC 5802 section 3) with HMAC-SHA-512, which is one block of PBKDF2
 * (RFC 8018). The server's own sign-in reads the columns: base64 of password and salt.
 */
@Embeddable
class SaltedPassword {
  static final int ITERATIONS = 210_000;

  private static final String DERIVATION = "PBKDF2WithHmacSHA512";
  private static final int OUTPUT_BITS = 512;
  private static final int SALT_OCTETS = 16;

  @Column(name = "salted_password")
  private String saltedPassword;

  private String salt;
  private int iterations;

  /** For Jakarta Persistence. */
  protected SaltedPassword() {}

  private SaltedPassword(byte[] saltedPassword, byte[] salt, int iterations) {
    this.saltedPassword = Base64.getEncoder().encodeToString(saltedPassword);
    this.salt = Base64.getEncoder().encodeToString(salt);
    this.iterations = iterations;
  }

  static SaltedPassword of(Password password, int iterations, SecureRandom random) {
    var salt = new byte[SALT_OCTETS];
    random.nextBytes(salt);
    return new SaltedPassword(derive(password.reveal(), salt, iterations), salt, iterations);
  }

  /** Base64 of 64 octets. */
  String saltedPassword() {
    return saltedPassword;
  }

  /** Base64 of 16 octets. */
  String salt() {
    return salt;
  }

  int iterations() {
    return iterations;
  }

  boolean matches(String guess) {
    var decoder = Base64.getDecoder();
    return MessageDigest.isEqual(
        decoder.decode(saltedPassword), derive(guess, decoder.decode(salt), iterations));
  }

  private static byte[] derive(String password, byte[] salt, int iterations) {
    // SCRAM compares normalised passwords: the same characters typed on two keyboards are one
    // password.
    var normalised = Normalizer.normalize(password, Normalizer.Form.NFKC).toCharArray();
    var key = new PBEKeySpec(normalised, salt, iterations, OUTPUT_BITS);
    try {
      return SecretKeyFactory.getInstance(DERIVATION).generateSecret(key).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java runtime lacks " + DERIVATION, e);
    } finally {
      key.clearPassword();
    }
  }
}
