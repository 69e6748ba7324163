package org.m2mx.sipcontainer.websocket;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The start line and the headers of an HTTP/1.1 message (RFC 9112). */
record HttpHead(String startLine, Map<String, List<String>> headers) {

  /**
   * Reads a head.
   *
   * @param text up to and with its empty line
   * @return empty when a line is no header
   */
  static Optional<HttpHead> read(String text) {
    String[] lines = text.split("\r\n");
    Map<String, List<String>> headers = new HashMap<>();
    for (String line : Arrays.asList(lines).subList(1, lines.length)) {
      int colon = line.indexOf(':');
      if (colon <= 0 || line.charAt(0) == ' ' || line.charAt(0) == '\t') {
        return Optional.empty();
      }
      headers
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(line.substring(colon + 1).trim());
    }
    return Optional.of(new HttpHead(lines[0], headers));
  }

  /** The value of a header of which there is exactly one. */
  Optional<String> single(String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
  }

  /** Whether a header that is a list has an element, in any letter case. */
  boolean lists(String name, String element) {
    return headers.getOrDefault(name, List.of()).stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .anyMatch(value -> value.trim().equalsIgnoreCase(element));
  }
}
