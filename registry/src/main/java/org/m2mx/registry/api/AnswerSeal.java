package org.m2mx.registry.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.m2mx.registry.credential.Token;

/**
 * Closes answers, which may hold a password, with the token of the program they went to. The server
 * has only the token's hash: between two requests nobody here can open them.
 */
final class AnswerSeal {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final String MAC = "HmacSHA256";
  private static final int NONCE_OCTETS = 12;
  private static final int TAG_BITS = 128;

  private final SecureRandom random;

  AnswerSeal(SecureRandom random) {
    this.random = random;
  }

  /** Nonce, ciphertext and tag. */
  byte[] seal(Token token, String name, byte[] answer) {
    var nonce = new byte[NONCE_OCTETS];
    random.nextBytes(nonce);
    try {
      var ciphertext = cipher(Cipher.ENCRYPT_MODE, token, name, nonce).doFinal(answer);
      return ByteBuffer.allocate(nonce.length + ciphertext.length)
          .put(nonce)
          .put(ciphertext)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("An answer cannot be sealed", e);
    }
  }

  /** Undoes {@link #seal}. */
  byte[] open(Token token, String name, byte[] sealed) {
    var in = ByteBuffer.wrap(sealed);
    var nonce = new byte[NONCE_OCTETS];
    in.get(nonce);
    try {
      return cipher(Cipher.DECRYPT_MODE, token, name, nonce)
          .doFinal(sealed, NONCE_OCTETS, in.remaining());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "The answer kept under " + name + " does not open: it was changed", e);
    }
  }

  private static Cipher cipher(int mode, Token token, String name, byte[] nonce)
      throws GeneralSecurityException {
    var key = new SecretKeySpec(mac(token, "answers".getBytes(UTF_8)), "AES");
    var cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(name.getBytes(UTF_8));
    return cipher;
  }

  /** Tells requests apart and gives none of them away: 64 hexadecimal digits. */
  static String hash(Token token, byte[] request) {
    try {
      return HexFormat.of().formatHex(mac(token, request));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java runtime lacks " + MAC, e);
    }
  }

  private static byte[] mac(Token token, byte[] text) throws GeneralSecurityException {
    var mac = Mac.getInstance(MAC);
    mac.init(new SecretKeySpec(token.reveal().getBytes(UTF_8), MAC));
    return mac.doFinal(text);
  }
}
