package org.m2mx.sipcontainer.transport;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What RFC 3261 section 7 asks of a message that the parser below does not: it takes the last of
 * several values where one may be, any version, any number of spaces, and headers within a
 * Request-URI. RFC 4475 has a message for each.
 */
final class MessageSyntax {
  private static final String BAD_REQUEST = "400 Bad Request (%s)";
  private static final String VERSION = "SIP/2.0";

  /** The parser copies all of a header for each line that continues it. */
  private static final int MOST_FOLDED_LINES = 64;

  /** Headers of which there may be one, with one value. */
  private enum Single {
    CALL_ID("call-id", "i"),
    CSEQ("cseq", ""),
    CONTENT_LENGTH("content-length", "l"),
    CONTENT_TYPE("content-type", "c"),
    FROM("from", "f"),
    MAX_FORWARDS("max-forwards", ""),
    TO("to", "t");

    private static final Single[] ALL = values();

    private final String name;
    private final String compact;

    Single(String name, String compact) {
      this.name = name;
      this.compact = compact;
    }

    static Single of(String text, int start, int end) {
      for (Single header : ALL) {
        if (isName(header.name, text, start, end) || isName(header.compact, text, start, end)) {
          return header;
        }
      }
      return null;
    }
  }

  private final Set<Single> seen = EnumSet.noneOf(Single.class);
  private final String text;

  /** The line that is looked at, with what continues it (RFC 3261 section 7.3.1). */
  private int start;

  private int end;

  /** Where the next one begins. */
  private int next;

  /** Lines so far that continue another. */
  private int folded;

  private MessageSyntax(byte[] message) {
    this.text = new String(message, StandardCharsets.ISO_8859_1);
  }

  /**
   * Looks for what the parser lets pass.
   *
   * @return the status line, without version, to refuse the message with; empty when there is
   *     nothing against it
   */
  static Optional<String> problem(byte[] message) {
    return new MessageSyntax(message).problem();
  }

  private Optional<String> problem() {
    while (next < text.length() && isLineEnd(text.charAt(next))) {
      next++;
    }
    nextLine();
    Optional<String> problem = startLine(text.substring(start, end));
    while (problem.isEmpty() && nextLine()) {
      problem = header();
    }
    return problem;
  }

  /** Goes on to the next line; false at the end of the header. */
  private boolean nextLine() {
    start = next;
    folded--;
    do {
      folded++;
      end = text.indexOf('\n', next);
      next = end < 0 ? text.length() : end + 1;
      end = end < 0 ? text.length() : end;
    } while (end > start + 1 && next < text.length() && isSpace(text.charAt(next)));
    if (end > start && text.charAt(end - 1) == '\r') {
      end--;
    }
    return end > start;
  }

  private static Optional<String> startLine(String line) {
    if (line.startsWith("SIP/")) {
      return Optional.empty();
    }
    int first = line.indexOf(' ');
    int last = line.lastIndexOf(' ');
    if (first <= 0 || first == last || last + 1 == line.length()) {
      return bad("request line");
    }
    String uri = line.substring(first + 1, last);
    if (uri.isEmpty() || uri.indexOf(' ') >= 0) {
      return bad("request line");
    }
    if (!line.substring(last + 1).equalsIgnoreCase(VERSION)) {
      return Optional.of("505 Version Not Supported");
    }
    boolean sip = uri.regionMatches(true, 0, "sip", 0, 3);
    return sip && hasHeaders(uri) ? bad("headers in Request-URI") : Optional.empty();
  }

  private Optional<String> header() {
    if (folded > MOST_FOLDED_LINES) {
      return bad("header over too many lines");
    }
    if (isBroken()) {
      return bad("end of line within a header");
    }
    int colon = text.indexOf(':', start);
    if (colon <= start || colon >= end) {
      return bad("header without name");
    }
    int nameEnd = colon;
    while (nameEnd > start && isSpace(text.charAt(nameEnd - 1))) {
      nameEnd--;
    }
    Single single = Single.of(text, start, nameEnd);
    if (single != null && !seen.add(single)) {
      return bad("more than one " + single.name);
    }
    if (single == Single.FROM || single == Single.TO) {
      String value = text.substring(colon + 1, end);
      return address(value).isEmpty() && hasBareComma(value)
          ? bad("comma in display name of " + single.name)
          : address(value);
    }
    return isName("contact", text, start, colon) || isName("m", text, start, colon)
        ? address(text.substring(colon + 1, end))
        : Optional.empty();
  }

  /** Whether others could take something in it for the end of the line, or of all headers. */
  private boolean isBroken() {
    boolean blank = true;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        if (blank) {
          return true;
        }
        blank = true;
      } else if (c == '\r' && text.charAt(i + 1) != '\n') {
        return true;
      } else {
        blank &= c <= ' ';
      }
    }
    return blank;
  }

  /** A URI with headers has to stand within angle brackets (RFC 3261 section 20). */
  private static Optional<String> address(String value) {
    return value.indexOf('<') < 0 && hasHeaders(value)
        ? bad("URI with headers outside of <>")
        : Optional.empty();
  }

  /** A user part may hold a question mark that means nothing. */
  private static boolean hasHeaders(String value) {
    return value.indexOf('?', Math.max(0, value.indexOf('@'))) >= 0;
  }

  private static boolean hasBareComma(String value) {
    int bracket = value.indexOf('<');
    boolean quoted = false;
    for (int i = 0; i < bracket; i++) {
      switch (value.charAt(i)) {
        case '\\' -> i++;
        case '"' -> quoted = !quoted;
        case ',' -> {
          if (!quoted) {
            return true;
          }
        }
        default -> {
          // Of no interest.
        }
      }
    }
    return false;
  }

  private static boolean isName(String name, String text, int start, int end) {
    return end - start == name.length() && text.regionMatches(true, start, name, 0, name.length());
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isLineEnd(char c) {
    return c == '\r' || c == '\n';
  }

  private static Optional<String> bad(String problem) {
    return Optional.of(BAD_REQUEST.formatted(problem));
  }
}
