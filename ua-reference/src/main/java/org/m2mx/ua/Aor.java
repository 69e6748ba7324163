package org.m2mx.ua;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address of record: the name by which a user agent is known, such as {@code
 * sip:video@m2m-x.example} (RFC 3261 section 6).
 *
 * @param user the part before the {@code @}, case-sensitive; never null or empty
 * @param domain the part after it, in lower case; never null or empty
 */
public record Aor(String user, String domain) {

  /** The {@code user} and {@code hostname} of RFC 3261 section 25.1, without parameters or port. */
  private static final Pattern SYNTAX =
      Pattern.compile(
          "sip:([A-Za-z0-9\\-_.!~*'()&=+$,;?/%]{1,255})@"
              + "([A-Za-z0-9](?:[A-Za-z0-9\\-]*[A-Za-z0-9])?"
              + "(?:\\.[A-Za-z0-9](?:[A-Za-z0-9\\-]*[A-Za-z0-9])?)*)",
          Pattern.CASE_INSENSITIVE);

  /**
   * Reads an address of record.
   *
   * @param text {@code sip:user@domain}, never null
   * @return the address of record
   * @throws IllegalArgumentException if the text is anything else; the message says what is wanted
   */
  public static Aor parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches() || matcher.group(2).length() > 253) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not an address such as sip:video@m2m-x.example");
    }
    return new Aor(matcher.group(1), matcher.group(2).toLowerCase(Locale.ROOT));
  }

  /** Returns the address as a SIP URI, {@code sip:user@domain}. */
  @Override
  public String toString() {
    return "sip:" + user + "@" + domain;
  }
}
