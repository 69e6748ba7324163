package org.m2mx.tests.console;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.stream.Stream;
import org.m2mx.registry.secondfactor.Totp;

/** An authenticator app that has taken a secret, and shows each code once. */
final class Authenticator {
  private static final String BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private final byte[] secret;
  private long shown = Long.MIN_VALUE;

  /**
   * @param typed the secret as the console shows it
   */
  Authenticator(String typed) {
    var octets = ByteBuffer.allocate(typed.length() * 5 / Byte.SIZE);
    var bits = 0L;
    for (int i = 0; i < typed.length(); i++) {
      bits = bits << 5 | BASE_32.indexOf(typed.charAt(i));
      // Eight letters are five octets.
      if (i % 8 == 7) {
        for (int shift = 32; shift >= 0; shift -= 8) {
          octets.put((byte) (bits >> shift));
        }
        bits = 0;
      }
    }
    secret = octets.array();
  }

  /** A code that is right now, or will be in a moment, and has not been shown before. */
  String code() {
    shown = Math.max(shown + 1, Totp.step(Instant.now()));
    return Totp.OF_APPS.code(secret, shown);
  }

  /** The code that was shown last. */
  String sameCode() {
    return Totp.OF_APPS.code(secret, shown);
  }

  /** What the app does not show, whatever the server's clock says within ten minutes. */
  String wrongCode() {
    return Stream.iterate(0, number -> number + 1)
        .map("%06d"::formatted)
        .filter(code -> !isNear(code))
        .findFirst()
        .orElseThrow();
  }

  private boolean isNear(String code) {
    var now = Totp.step(Instant.now());
    for (long step = now - 20; step <= now + 20; step++) {
      if (Totp.OF_APPS.code(secret, step).equals(code)) {
        return true;
      }
    }
    return false;
  }
}
