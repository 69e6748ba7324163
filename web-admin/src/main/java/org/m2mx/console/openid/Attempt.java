package org.m2mx.console.openid;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.Nonce;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A browser's way to the provider and back. All that is to be recognised on the way back follows
 * from a secret that the browser keeps in a cookie, so that the server remembers nothing of those
 * who only set out.
 *
 * @param secret 43 letters of Base64url
 * @param begun when, to the second
 */
public record Attempt(String secret, Instant begun) {
  /** How long a browser may take. */
  static final Duration LONGEST = Duration.ofMinutes(10);

  private static final int OCTETS = 32;
  private static final Pattern TEXT = Pattern.compile("([A-Za-z0-9_-]{43})\\.([0-9]{1,12})");
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** One that begins now. */
  static Attempt begin(SecureRandom random, Instant now) {
    var secret = new byte[OCTETS];
    random.nextBytes(secret);
    return new Attempt(BASE64.encodeToString(secret), Instant.ofEpochSecond(now.getEpochSecond()));
  }

  /** What the cookie says; empty when it is none of ours. */
  static Optional<Attempt> parse(String cookie) {
    var text = TEXT.matcher(cookie);
    return text.matches()
        ? Optional.of(
            new Attempt(text.group(1), Instant.ofEpochSecond(Long.parseLong(text.group(2)))))
        : Optional.empty();
  }

  /** Whether the provider's answer is this browser's own, and in time. */
  boolean expects(State answered, Instant now) {
    return answered != null
        && MessageDigest.isEqual(
            state().getValue().getBytes(US_ASCII), answered.getValue().getBytes(US_ASCII))
        && !now.isBefore(begun)
        && now.isBefore(begun.plus(LONGEST));
  }

  /** By which the browser's answer is told from one that somebody else has made it carry. */
  State state() {
    return new State(derived("state"));
  }

  /**
   * By which an ID token is told from one that was made for another attempt (OpenID Core 3.1.2.1).
   */
  Nonce nonce() {
    return new Nonce(derived("nonce"));
  }

  /** Without which nobody can do anything with the provider's code (RFC 7636). */
  CodeVerifier verifier() {
    return new CodeVerifier(derived("verifier"));
  }

  /** For the cookie. */
  @Override
  public String toString() {
    return secret + '.' + begun.getEpochSecond();
  }

  private String derived(String purpose) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(US_ASCII), mac.getAlgorithm()));
      return BASE64.encodeToString(
          mac.doFinal((purpose + ' ' + begun.getEpochSecond()).getBytes(US_ASCII)));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException(e);
    }
  }
}
