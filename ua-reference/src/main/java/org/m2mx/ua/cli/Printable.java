package org.m2mx.ua.cli;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes a stranger's text fit for a terminal. */
final class Printable {
  /** What moves the cursor, or turns the order of what is written round (Unicode TR 36). */
  private static final Pattern EFFECTIVE =
      Pattern.compile("[\\p{Cc}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]");

  private static final String UNSEEN = "\uFFFD";

  private Printable() {}

  /** Replaces what would take effect rather than be seen, line breaks too. */
  static String line(String text) {
    return EFFECTIVE.matcher(text).replaceAll(UNSEEN);
  }

  /** Replaces what would take effect rather than be seen, but for line breaks. */
  static String lines(String text) {
    return text.lines().map(Printable::line).collect(Collectors.joining(System.lineSeparator()));
  }

  /**
   * Replaces what would take effect rather than be seen; further lines are set off, so that none of
   * them looks like another's message.
   */
  static String text(String text) {
    return String.join(
        "\n    ", text.strip().lines().map(line -> line(line.replace("\t", " "))).toList());
  }
}
