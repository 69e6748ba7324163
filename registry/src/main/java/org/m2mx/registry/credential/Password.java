package org.m2mx.registry.credential;

import java.security.SecureRandom;
import java.util.Objects;

/**
 * A password on its way from where it was made or typed to where it is hashed. It prints as stars,
 * so that no log line or message shows it by accident.
 */
public final class Password {
  /** The fewest characters a chosen password may have. */
  public static final int MIN_LENGTH = 12;

  /** The most characters a password may have. */
  public static final int MAX_LENGTH = 128;

  // 32 letters and digits that are not mistaken for one another on paper: five bits each.
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
  private static final int GENERATED_LENGTH = 26;

  private final String text;

  private Password(String text) {
    this.text = text;
  }

  /**
   * A chosen password.
   *
   * @param text {@value #MIN_LENGTH} to {@value #MAX_LENGTH} characters, no control characters
   * @throws IllegalArgumentException when it is too short, too long or holds a control character;
   *     the message does not repeat it
   */
  public static Password of(String text) {
    Objects.requireNonNull(text, "text");
    if (text.length() < MIN_LENGTH || text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "A password has "
              + MIN_LENGTH
              + " to "
              + MAX_LENGTH
              + " characters, not "
              + text.length());
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("The password holds a control character");
    }
    return new Password(text);
  }

  /** A random password of 130 bits, in letters and digits that read well on paper. */
  public static Password generate(SecureRandom random) {
    var text = new StringBuilder(GENERATED_LENGTH);
    for (int i = 0; i < GENERATED_LENGTH; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return new Password(text.toString());
  }

  /** The password itself. Never to be logged. */
  public String reveal() {
    return text;
  }

  @Override
  public String toString() {
    return "****";
  }
}
