package org.m2mx.ua.check;

import gov.nist.javax.sip.header.HeaderFactoryImpl;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sip.header.Header;
import javax.sip.header.HeaderFactory;

/**
 * A SIP message as it came, cut into its parts and no further (RFC 3261 section 7).
 *
 * @param startLine the first line
 * @param headers names in lower case and in their long form, with their values, in their order
 * @param body what follows the empty line
 */
record SipText(String startLine, List<Map.Entry<String, String>> headers, String body) {
  private static final Map<String, String> COMPACT =
      Map.of(
          "v",
          "via",
          "f",
          "from",
          "t",
          "to",
          "i",
          "call-id",
          "m",
          "contact",
          "l",
          "content-length",
          "c",
          "content-type",
          "k",
          "supported");

  /** Headers whose several values matter one by one. */
  private static final Set<String> LISTS = Set.of("via", "contact", "route", "record-route");

  /** A comma that is neither in quotes nor in angle brackets. */
  private static final Pattern COMMA = Pattern.compile(",(?=(?:[^\"<>]|\"[^\"]*\"|<[^>]*>)*$)");

  private static final Pattern STATUS_LINE = Pattern.compile("SIP/2\\.0 [1-6][0-9]{2} .*");
  private static final Pattern REQUEST_LINE = Pattern.compile("[^ ]+ ([^ ]+) SIP/2\\.0");
  private static final HeaderFactory HEADERS = new HeaderFactoryImpl();
  private static final Pattern TAG = Pattern.compile(";\\s*tag=([^;,\\s]+)");
  private static final Pattern BRANCH = Pattern.compile(";\\s*branch=([^;,\\s]+)");
  private static final Pattern URI = Pattern.compile("<([^>]+)>");

  static SipText parse(String text) {
    String[] parts = text.split("\r\n\r\n", 2);
    String[] lines = parts[0].replaceAll("\r\n[ \t]+", " ").split("\r\n");
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      String[] header = lines[i].split(":", 2);
      String name = header[0].strip().toLowerCase(Locale.ROOT);
      String known = COMPACT.getOrDefault(name, name);
      String value = header.length == 2 ? header[1].strip() : "";
      for (String one : LISTS.contains(known) ? COMMA.split(value) : new String[] {value}) {
        headers.add(Map.entry(known, one.strip()));
      }
    }
    return new SipText(lines[0], List.copyOf(headers), parts.length == 2 ? parts[1] : "");
  }

  boolean isResponse() {
    return STATUS_LINE.matcher(startLine).matches();
  }

  /** Returns the Request-URI. */
  String requestUri() throws CheckFailure {
    Matcher matcher = REQUEST_LINE.matcher(startLine);
    if (!matcher.matches()) {
      throw new CheckFailure("\"" + startLine + "\" is no line that a request begins with");
    }
    return matcher.group(1);
  }

  /** Returns the status of a response, 0 of a request. */
  int status() {
    return isResponse() ? Integer.parseInt(startLine.split(" ", 3)[1]) : 0;
  }

  boolean isChallenge() {
    return status() == 401 || status() == 407;
  }

  /** Returns the method, of a response that of its request. */
  String method() {
    return isResponse() ? header("cseq").replaceFirst("^\\d+\\s+", "") : startLine.split(" ", 2)[0];
  }

  /** Returns the first value of a header, empty if there is none. */
  String header(String name) {
    return all(name).stream().findFirst().orElse("");
  }

  List<String> all(String name) {
    return headers.stream()
        .filter(header -> header.getKey().equals(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  /**
   * Takes the first of a header apart.
   *
   * @param name in lower case
   * @throws CheckFailure if there is none, or if it is malformed
   */
  <H extends Header> H parsed(Class<H> type, String name) throws CheckFailure {
    String value = header(name);
    if (value.isEmpty()) {
      throw new CheckFailure("there is no " + name);
    }
    try {
      return type.cast(HEADERS.createHeader(name, value));
    } catch (ParseException e) {
      throw new CheckFailure(name + " is malformed: " + value);
    }
  }

  /** Returns the top Via's branch. */
  String branch() {
    return found(BRANCH, header("via")).orElse("");
  }

  String toTag() {
    return found(TAG, header("to")).orElse("");
  }

  /** Returns the URI of the first contact. */
  Optional<String> contact() {
    return found(URI, header("contact"));
  }

  private static Optional<String> found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
