package org.m2mx.registry.secondfactor;

import java.security.SecureRandom;
import java.util.Locale;
import org.m2mx.registry.credential.Token;

/**
 * Stands for a code of the app, once, when the app is lost. With 80 random bits its hash needs no
 * salt. It prints as stars.
 */
public final class RecoveryCode {
  private static final int OCTETS = 10;
  private static final int GROUP = 4;

  private final String letters;

  private RecoveryCode(String letters) {
    this.letters = letters;
  }

  static RecoveryCode generate(SecureRandom random) {
    var octets = new byte[OCTETS];
    random.nextBytes(octets);
    return new RecoveryCode(Base32.encode(octets));
  }

  /** As somebody types it: with or without hyphens and blanks, in any case. */
  static RecoveryCode typed(String text) {
    return new RecoveryCode(text.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT));
  }

  /** Four groups of four letters and digits. Never to be logged. */
  public String reveal() {
    return letters.replaceAll("(.{" + GROUP + "})(?=.)", "$1-");
  }

  String hash() {
    return Token.shown(letters).hash();
  }

  @Override
  public String toString() {
    return "****";
  }
}
