package org.m2mx.registry.secondfactor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Time-based one-time passwords (RFC 6238) in steps of 30 seconds from 1970 on.
 *
 * @param mac the JDK's name of the HMAC
 * @param digits how many a code has, 6 to 8
 */
public record Totp(String mac, int digits) {
  /** What every authenticator app makes when it is told nothing else. */
  public static final Totp OF_APPS = new Totp("HmacSHA1", 6);

  /** How long a code stands. */
  public static final Duration STEP = Duration.ofSeconds(30);

  /** A clock may be one step off, either way (RFC 6238 section 6). */
  private static final int LEEWAY = 1;

  /** Checks the number of digits. */
  public Totp {
    if (digits < 6 || digits > 8) {
      throw new IllegalArgumentException("A code has 6 to 8 digits, not " + digits);
    }
  }

  /** The number of the step that a moment is in. */
  public static long step(Instant moment) {
    return Math.floorDiv(moment.getEpochSecond(), STEP.toSeconds());
  }

  /** The code of a step (RFC 4226 section 5.3). */
  public String code(byte[] secret, long step) {
    try {
      var hmac = Mac.getInstance(mac);
      hmac.init(new SecretKeySpec(secret, mac));
      var hash = hmac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
      var offset = hash[hash.length - 1] & 0xf;
      var truncated = ByteBuffer.wrap(hash).getInt(offset) & Integer.MAX_VALUE;
      return ("%0" + digits + "d").formatted(truncated % (long) Math.pow(10, digits));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java runtime lacks " + mac, e);
    }
  }

  /**
   * The step whose code this is, among those that a clock a little off would show.
   *
   * @param after the last step whose code was used: neither it nor an earlier one counts again
   * @return empty when it is the code of none
   */
  public OptionalLong match(byte[] secret, String code, Instant now, long after) {
    var present = step(now);
    for (long step = present - LEEWAY; step <= present + LEEWAY; step++) {
      if (step > after && same(code(secret, step), code)) {
        return OptionalLong.of(step);
      }
    }
    return OptionalLong.empty();
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
  }
}
