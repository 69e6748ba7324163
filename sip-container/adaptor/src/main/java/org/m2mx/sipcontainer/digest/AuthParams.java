package org.m2mx.sipcontainer.digest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of one Digest credential or challenge: the part of the header after the scheme
 * name (RFC 7235 section 2.1).
 *
 * <p>Names are case-insensitive; values have their quotes and escapes taken off.
 */
final class AuthParams {
  private static final String SCHEME = "Digest";

  private final String text;
  private final Map<String, String> values = new LinkedHashMap<>();
  private int position;

  private AuthParams(String text) {
    this.text = text;
  }

  /**
   * Parses a header value such as {@code Digest username="alice", nc=00000001}.
   *
   * @return empty if the scheme is not Digest or the text does not follow the grammar
   */
  static Optional<Map<String, String>> parse(String headerValue) {
    String trimmed = headerValue.strip();
    if (!trimmed.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        || trimmed.length() == SCHEME.length()
        || !isBlank(trimmed.charAt(SCHEME.length()))) {
      return Optional.empty();
    }
    AuthParams params = new AuthParams(trimmed.substring(SCHEME.length()));
    return params.readAll()
        ? Optional.of(Collections.unmodifiableMap(params.values))
        : Optional.empty();
  }

  private boolean readAll() {
    do {
      skipBlanks();
      String name = readToken();
      skipBlanks();
      if (name.isEmpty() || !readIf('=')) {
        return false;
      }
      skipBlanks();
      String value = atEnd() ? null : text.charAt(position) == '"' ? readQuoted() : readToken();
      // A parameter given twice could mean one thing to us and another to somebody else.
      if (value == null || values.putIfAbsent(name.toLowerCase(Locale.ROOT), value) != null) {
        return false;
      }
      skipBlanks();
    } while (readIf(','));
    return atEnd();
  }

  private String readToken() {
    int start = position;
    while (!atEnd() && isTokenChar(text.charAt(position))) {
      position++;
    }
    return text.substring(start, position);
  }

  private String readQuoted() {
    StringBuilder value = new StringBuilder();
    position++;
    while (!atEnd()) {
      char c = text.charAt(position++);
      if (c == '"') {
        return value.toString();
      }
      if (c == '\\') {
        if (atEnd()) {
          return null;
        }
        c = text.charAt(position++);
      }
      value.append(c);
    }
    return null;
  }

  private boolean readIf(char expected) {
    if (atEnd() || text.charAt(position) != expected) {
      return false;
    }
    position++;
    return true;
  }

  private void skipBlanks() {
    while (!atEnd() && isBlank(text.charAt(position))) {
      position++;
    }
  }

  private boolean atEnd() {
    return position == text.length();
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private static boolean isTokenChar(char c) {
    return c > ' ' && c < 0x7f && "()<>@,;:\\\"/[]?={}".indexOf(c) < 0;
  }
}
