package org.m2mx.ua.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is forwarded where.
 *
 * @param local this machine's port, 1 to 65535, or 0 for a free one
 * @param remote the peer's port, 1 to 65535
 */
record PortMapping(int local, int remote) {
  private static final Pattern SYNTAX = Pattern.compile("(\\d{1,5}):(\\d{1,5})");

  /**
   * Reads {@code 8080:80}.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  static PortMapping parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not LOCAL:REMOTE, two ports such as 8080:80");
    }
    int local = Integer.parseInt(matcher.group(1));
    int remote = Integer.parseInt(matcher.group(2));
    if (local > 65535 || remote < 1 || remote > 65535) {
      throw new IllegalArgumentException(
          "\"" + text + "\" holds a port that is not between 1 and 65535");
    }
    return new PortMapping(local, remote);
  }
}
