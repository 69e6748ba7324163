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

  /** Headers of which there may be one, with one value. */
  private enum Single {
    CALL_ID("call-id", "i"),
    CSEQ("cseq", ""),
    CONTENT_LENGTH("content-length", "l"),
    CONTENT_TYPE("content-type", "c"),
    FROM("from", "f"),
    MAX_FORWARDS("max-forwards", ""),
    TO("to", "t");

    private final String name;
    private final String compact;

    Single(String name, String compact) {
      this.name = name;
      this.compact = compact;
    }

    static Single of(String line, int colon) {
      int end = colon;
      while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
        end--;
      }
      for (Single header : values()) {
        if (isName(header.name, line, end) || isName(header.compact, line, end)) {
          return header;
        }
      }
      return null;
    }
  }

  private final Set<Single> seen = EnumSet.noneOf(Single.class);
  private final String text;
  private int position;

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
    while (position < text.length() && isLineEnd(text.charAt(position))) {
      position++;
    }
    Optional<String> problem = startLine(nextLine());
    String line = nextLine();
    while (problem.isEmpty() && !line.isEmpty()) {
      problem = header(line);
      line = nextLine();
    }
    return problem;
  }

  /** A line with what continues it (RFC 3261 section 7.3.1); empty at the end of the header. */
  private String nextLine() {
    int start = position;
    int end;
    do {
      end = text.indexOf('\n', position);
      position = end < 0 ? text.length() : end + 1;
      end = end < 0 ? text.length() : end;
    } while (end > start + 1 && position < text.length() && isSpace(text.charAt(position)));
    return text.substring(start, end > start && text.charAt(end - 1) == '\r' ? end - 1 : end);
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
    return sip && hasHeaders(uri, 0) ? bad("headers in Request-URI") : Optional.empty();
  }

  private Optional<String> header(String line) {
    int colon = line.indexOf(':');
    if (colon <= 0) {
      return bad("header without name");
    }
    Single single = Single.of(line, colon);
    if (single != null && !seen.add(single)) {
      return bad("more than one " + single.name);
    }
    if (single == Single.FROM || single == Single.TO) {
      return address(line, colon).isEmpty() && hasBareComma(line, colon)
          ? bad("comma in display name of " + single.name)
          : address(line, colon);
    }
    return isName("contact", line, colon) || isName("m", line, colon)
        ? address(line, colon)
        : Optional.empty();
  }

  /** A URI with headers has to stand within angle brackets (RFC 3261 section 20). */
  private static Optional<String> address(String line, int colon) {
    return line.indexOf('<', colon) < 0 && hasHeaders(line, colon)
        ? bad("URI with headers outside of <>")
        : Optional.empty();
  }

  /** A user part may hold a question mark that means nothing. */
  private static boolean hasHeaders(String text, int start) {
    return text.indexOf('?', Math.max(start, text.indexOf('@', start))) >= 0;
  }

  private static boolean hasBareComma(String line, int colon) {
    int bracket = line.indexOf('<', colon);
    boolean quoted = false;
    for (int i = colon + 1; i < bracket; i++) {
      switch (line.charAt(i)) {
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

  private static boolean isName(String name, String line, int length) {
    return length == name.length() && line.regionMatches(true, 0, name, 0, length);
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
