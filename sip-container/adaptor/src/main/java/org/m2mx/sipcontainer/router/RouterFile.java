package org.m2mx.sipcontainer.router;

import gov.nist.javax.sip.address.AddressFactoryImpl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.servlet.sip.ar.SipApplicationRoutingRegion;
import javax.servlet.sip.ar.SipRouteModifier;

/**
 * Reads the default application router's file (JSR 289 appendix C): for each method the
 * applications that serve it, in their order.
 *
 * <pre>
 * # Comment
 * INVITE: ("screening", "DAR:To", "TERMINATING", "", "NO_ROUTE", "0"), \
 *         ("voicemail", "DAR:To", "TERMINATING", "", "NO_ROUTE", "1")
 * ALL: ("rest", "DAR:From", "NEUTRAL", "", "NO_ROUTE", "0")
 * </pre>
 *
 * {@code ALL} is every method without a line of its own. A list may go on after a comma or a
 * backslash at the end of a line. The sixth value is read and not used: the order is the file's.
 */
final class RouterFile {
  static final String ALL = "ALL";
  private static final String[] FIELDS = {
    "application name", "subscriber", "region", "route", "route modifier", "state"
  };

  private final String file;
  private final String text;
  private int at;

  private RouterFile(String file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * Reads a file.
   *
   * @throws RouterFileException when it is wrong, with file, line and column
   * @throws IOException when it cannot be read
   */
  static Map<String, List<RouterEntry>> read(Path file) throws IOException, RouterFileException {
    return parse(file.toString(), Files.readString(file));
  }

  static Map<String, List<RouterEntry>> parse(String file, String text) throws RouterFileException {
    return new RouterFile(file, text).methods();
  }

  private Map<String, List<RouterEntry>> methods() throws RouterFileException {
    Map<String, List<RouterEntry>> methods = new LinkedHashMap<>();
    for (skip(); at < text.length(); skip()) {
      int start = at;
      String method = method();
      skip();
      if (!take(':') && !take('=')) {
        throw error(at, "expected ':' after the method " + method);
      }
      if (methods.put(method, entries()) != null) {
        throw error(start, "a second list for the method " + method);
      }
    }
    return methods;
  }

  private String method() throws RouterFileException {
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '-')) {
      at++;
    }
    if (at == start) {
      throw error(at, "expected a SIP method or ALL");
    }
    return text.substring(start, at);
  }

  private List<RouterEntry> entries() throws RouterFileException {
    List<RouterEntry> entries = new ArrayList<>();
    do {
      entries.add(entry());
      skip();
    } while (take(','));
    return List.copyOf(entries);
  }

  private RouterEntry entry() throws RouterFileException {
    skip();
    if (!take('(')) {
      throw error(at, "expected '(' before an application");
    }
    String[] values = new String[FIELDS.length];
    int[] columns = new int[FIELDS.length];
    for (int i = 0; i < FIELDS.length; i++) {
      if (i > 0 && !take(',')) {
        throw error(at, "expected ',' and the %s in quotes".formatted(FIELDS[i]));
      }
      skip();
      columns[i] = at;
      values[i] = quoted(FIELDS[i]);
      skip();
    }
    if (!take(')')) {
      throw error(at, "expected ')' after the six values of an application");
    }
    if (values[0].isEmpty()) {
      throw error(columns[0], "the application name is empty");
    }
    SipRouteModifier modifier = modifier(values[4], columns[4]);
    if (modifier == SipRouteModifier.ROUTE) {
      checkUri(values[3], columns[3]);
    }
    if (!values[1].startsWith(RouterEntry.HEADER_PREFIX)) {
      checkUri(values[1], columns[1]);
    }
    return new RouterEntry(
        values[0], values[1], region(values[2], columns[2]), values[3], modifier);
  }

  private SipApplicationRoutingRegion region(String value, int column) throws RouterFileException {
    return switch (value) {
      case "ORIGINATING" -> SipApplicationRoutingRegion.ORIGINATING_REGION;
      case "TERMINATING" -> SipApplicationRoutingRegion.TERMINATING_REGION;
      case "NEUTRAL" -> SipApplicationRoutingRegion.NEUTRAL_REGION;
      default ->
          throw error(
              column,
              "the region is '%s', choose ORIGINATING, TERMINATING or NEUTRAL".formatted(value));
    };
  }

  private SipRouteModifier modifier(String value, int column) throws RouterFileException {
    return switch (value) {
      case "ROUTE" -> SipRouteModifier.ROUTE;
      case "NO_ROUTE" -> SipRouteModifier.NO_ROUTE;
      default ->
          throw error(
              column, "the route modifier is '%s', choose ROUTE or NO_ROUTE".formatted(value));
    };
  }

  private void checkUri(String value, int column) throws RouterFileException {
    try {
      new AddressFactoryImpl().createURI(value);
    } catch (java.text.ParseException e) {
      throw new RouterFileException(place(column) + "'%s' is no URI".formatted(value), e);
    }
  }

  private String quoted(String field) throws RouterFileException {
    if (!take('"')) {
      throw error(at, "expected the %s in quotes".formatted(field));
    }
    int start = at;
    while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
      at++;
    }
    if (at == text.length() || text.charAt(at) != '"') {
      throw error(start - 1, "the quotes of the %s do not end on their line".formatted(field));
    }
    return text.substring(start, at++);
  }

  private boolean take(char wanted) {
    boolean there = at < text.length() && text.charAt(at) == wanted;
    if (there) {
      at++;
    }
    return there;
  }

  /** Passes over blanks, ends of lines, and comments where a line begins. */
  private void skip() {
    while (at < text.length()) {
      char next = text.charAt(at);
      if ((next == '#' || next == '!') && startsLine()) {
        while (at < text.length() && text.charAt(at) != '\n') {
          at++;
        }
      } else if (Character.isWhitespace(next) || next == '\\' && endsLine()) {
        at++;
      } else {
        return;
      }
    }
  }

  private boolean startsLine() {
    return text.substring(text.lastIndexOf('\n', at - 1) + 1, at).isBlank();
  }

  private boolean endsLine() {
    int end = text.indexOf('\n', at);
    return text.substring(at + 1, end < 0 ? text.length() : end).isBlank();
  }

  private RouterFileException error(int where, String problem) {
    return new RouterFileException(place(where) + problem);
  }

  private String place(int where) {
    long line = text.substring(0, where).chars().filter(c -> c == '\n').count() + 1;
    int column = where - text.lastIndexOf('\n', where - 1);
    return "%s line %d, column %d: ".formatted(file, line, column);
  }
}
