package org.m2mx.tests.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A message as it was on the wire.
 *
 * @param startLine the request or status line
 * @param headers in their order, names as they were written
 * @param body empty if there is none
 */
public record SipMessage(String startLine, List<Map.Entry<String, String>> headers, String body) {

  /** The status of a response. */
  public int status() {
    return Integer.parseInt(startLine.split(" ")[1]);
  }

  /** Whether it is a request. */
  public boolean isRequest() {
    return !startLine.startsWith("SIP/2.0 ");
  }

  /** The method of a request, or of the request that a response answers. */
  public String method() {
    return header("CSeq").orElseThrow().split("\\s+")[1];
  }

  /** The first header of this name. */
  public Optional<String> header(String name) {
    return all(name).stream().findFirst();
  }

  /** Every header of this name. */
  public List<String> all(String name) {
    return headers.stream()
        .filter(header -> header.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The Record-Route entries one by one, however many a line holds. */
  public List<String> recordRoutes() {
    return all("Record-Route").stream()
        .flatMap(line -> Arrays.stream(line.split(",(?=\\s*<)")))
        .map(String::strip)
        .toList();
  }

  /** The tag parameter of a From or To header. */
  public Optional<String> tag(String name) {
    return header(name)
        .filter(value -> value.contains(";tag="))
        .map(value -> value.replaceAll("^.*;tag=([^;]+).*$", "$1"));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(startLine).append('\n');
    headers.forEach(h -> text.append(h.getKey()).append(": ").append(h.getValue()).append('\n'));
    return text.append('\n').append(body).toString();
  }
}
