package org.m2mx.sipcontainer.digest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Nonces that carry their own proof, so that a challenge costs the server no memory (RFC 7616
 * section 5.4).
 *
 * <p>A nonce is the time it was made, eight random bytes, and an HMAC of both and the realm. The
 * key is made at start: after a restart a client's nonce is stale, and one more round trip gives it
 * a new one.
 */
public final class Nonces {

  /** What has become of a nonce that a client sent back. */
  public enum Standing {
    /** Ours, for this realm, and young enough. */
    FRESH,
    /** Not to be used any more; the client may try again with a new one without asking its user. */
    STALE
  }

  private static final String HMAC = "HmacSHA256";
  private static final int STAMP_BYTES = Long.BYTES + Long.BYTES;
  private static final int MAC_BYTES = 16;

  private final SecureRandom random = new SecureRandom();
  private final Mac keyed;
  private final Clock clock;
  private final Duration lifetime;

  /**
   * @param clock the time
   * @param lifetime how long a nonce may be used
   */
  public Nonces(Clock clock, Duration lifetime) {
    this.clock = clock;
    this.lifetime = lifetime;
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    this.keyed = keyed(secret);
  }

  /** How long a nonce may be used. */
  Duration lifetime() {
    return lifetime;
  }

  /** What nonces are timed by. */
  Clock clock() {
    return clock;
  }

  /**
   * What tells a nonce from all others.
   *
   * @param issued when it was made, to the millisecond
   * @param random chosen for it
   */
  record Stamp(Instant issued, long random) {}

  /**
   * Reads a nonce that {@link #check} has found fresh.
   *
   * @throws IllegalArgumentException if it is none of this form
   */
  static Stamp stamp(String nonce) {
    byte[] bytes = Base64.getUrlDecoder().decode(nonce);
    if (bytes.length != STAMP_BYTES + MAC_BYTES) {
      throw new IllegalArgumentException("no nonce has " + bytes.length + " octets");
    }
    ByteBuffer stamp = ByteBuffer.wrap(bytes);
    return new Stamp(Instant.ofEpochMilli(stamp.getLong()), stamp.getLong());
  }

  /** Makes a nonce for one realm. */
  public String issue(String realm) {
    byte[] stamp =
        ByteBuffer.allocate(STAMP_BYTES).putLong(clock.millis()).putLong(random.nextLong()).array();
    byte[] nonce = Arrays.copyOf(stamp, STAMP_BYTES + MAC_BYTES);
    System.arraycopy(mac(stamp, realm), 0, nonce, STAMP_BYTES, MAC_BYTES);
    return spelled(nonce);
  }

  private static String spelled(byte[] nonce) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
  }

  /** Tells whether a nonce is one that {@link #issue} gave out for this realm, and still good. */
  public Standing check(String nonce, String realm) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(nonce);
    } catch (IllegalArgumentException notBase64) {
      return Standing.STALE;
    }
    // The last character has bits to spare, and padding may be left out: only one spelling counts.
    if (bytes.length != STAMP_BYTES + MAC_BYTES || !spelled(bytes).equals(nonce)) {
      return Standing.STALE;
    }
    byte[] stamp = Arrays.copyOf(bytes, STAMP_BYTES);
    byte[] claimed = Arrays.copyOfRange(bytes, STAMP_BYTES, bytes.length);
    if (!MessageDigest.isEqual(claimed, mac(stamp, realm))) {
      return Standing.STALE;
    }
    Instant issued = Instant.ofEpochMilli(ByteBuffer.wrap(stamp).getLong());
    return issued.plus(lifetime).isAfter(clock.instant()) ? Standing.FRESH : Standing.STALE;
  }

  /** Whether a nonce is {@link Standing#FRESH}. */
  public boolean isFresh(String nonce, String realm) {
    return check(nonce, realm) == Standing.FRESH;
  }

  private static Mac keyed(byte[] secret) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(secret, HMAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has " + HMAC, e);
    }
  }

  /** A copy of one that has its key is had for less than a new one. */
  private byte[] mac(byte[] stamp, String realm) {
    try {
      Mac mac = (Mac) keyed.clone();
      mac.update(stamp);
      return Arrays.copyOf(mac.doFinal(realm.getBytes(StandardCharsets.UTF_8)), MAC_BYTES);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("The JDK's " + HMAC + " can be copied", e);
    }
  }
}
