package org.m2mx.console.subscriber;

import java.util.regex.Pattern;
import org.m2mx.registry.Aor;

/** Addresses of record as people type them. */
public final class AorText {
  private static final Pattern SCHEME = Pattern.compile("(?i)sips?:.*");

  private AorText() {}

  /**
   * Reads an address of record; {@code sip:} may be left out.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Aor parse(String typed) {
    var text = typed.strip();
    return Aor.parse(SCHEME.matcher(text).matches() ? text : "sip:" + text);
  }
}
