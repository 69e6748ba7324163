package org.m2mx.ua.doctor;

import java.util.Locale;
import java.util.Optional;
import org.m2mx.ua.UserAgentException;

/**
 * What an examination has found out about one thing.
 *
 * @param subject what was looked at, one word that stays
 * @param verdict how it is
 * @param text what was seen, one line
 * @param remedy what to do about it; empty if all is well
 */
public record Finding(String subject, Verdict verdict, String text, Optional<String> remedy) {

  /** How something is. */
  public enum Verdict {
    /** As it should be. */
    OK,
    /** Calls may work, but not all or not always. */
    WARN,
    /** Calls will not work. */
    FAIL;

    /** Returns the word for people and programs. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * All is well.
   *
   * @param subject what was looked at
   * @param text what was seen
   * @return the finding
   */
  public static Finding ok(String subject, String text) {
    return new Finding(subject, Verdict.OK, text, Optional.empty());
  }

  /**
   * Something failed.
   *
   * @param subject what was looked at
   * @param e why
   * @return the finding, with the remedy apart
   */
  public static Finding failed(String subject, UserAgentException e) {
    // The message ends with the remedy.
    String problem = e.getMessage().replace(". " + e.remedy() + ".", "");
    return fail(subject, problem, e.remedy());
  }

  static Finding warn(String subject, String text, String remedy) {
    return new Finding(subject, Verdict.WARN, text, Optional.of(remedy));
  }

  static Finding fail(String subject, String text, String remedy) {
    return new Finding(subject, Verdict.FAIL, text, Optional.of(remedy));
  }
}
