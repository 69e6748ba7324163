package org.m2mx.registry;

import java.util.Locale;
import java.util.regex.Pattern;

/** The host names that SIP allows as the domain of an address of record (RFC 3261 section 25.1). */
public final class DomainName {
  /** The longest domain, in characters. */
  public static final int MAX_LENGTH = 253;

  private static final Pattern LABELS =
      Pattern.compile(
          "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");

  private DomainName() {}

  /**
   * Lower case and without the root's trailing dot.
   *
   * @throws IllegalArgumentException when it is not a host name; the message says why
   */
  public static String normalise(String text) {
    var domain = text.toLowerCase(Locale.ROOT);
    if (domain.endsWith(".")) {
      domain = domain.substring(0, domain.length() - 1);
    }
    if (domain.isEmpty()) {
      throw new IllegalArgumentException("The domain is empty");
    }
    if (domain.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "The domain has " + domain.length() + " characters, " + MAX_LENGTH + " are allowed");
    }
    if (!LABELS.matcher(domain).matches()) {
      throw new IllegalArgumentException(
          "\""
              + Printable.excerpt(text)
              + "\" is not a domain name: letters, digits and hyphens in labels of up to 63, separated by"
              + " dots, the last beginning with a letter; write other scripts in their xn-- form");
    }
    return domain;
  }
}
