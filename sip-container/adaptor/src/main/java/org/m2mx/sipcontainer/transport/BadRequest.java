package org.m2mx.sipcontainer.transport;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The 400 for a request that could not be parsed: its own lines are handed back unread (RFC 3261
 * section 8.2.6.2).
 */
final class BadRequest {
  private static final Map<String, String> COPIED =
      Map.of(
          "via", "via", "v", "via", "from", "from", "f", "from", "to", "to", "t", "to", "call-id",
          "call-id", "i", "call-id", "cseq", "cseq");

  private BadRequest() {}

  /**
   * Builds the answer.
   *
   * @param request the text as it came
   * @param problem goes into the reason phrase; must not hold line ends
   * @return empty when the text is a response or an ACK, or lacks what an answer needs
   */
  static Optional<byte[]> answerTo(String request, String problem) {
    if (request.startsWith("SIP/") || request.startsWith("ACK ")) {
      return Optional.empty();
    }
    StringBuilder answer = new StringBuilder("SIP/2.0 400 Bad Request (" + problem + ")\r\n");
    StringBuilder seen = new StringBuilder();
    boolean copying = false;
    for (String line : request.split("\r\n")) {
      if (line.isEmpty()) {
        break;
      }
      boolean continued = line.charAt(0) == ' ' || line.charAt(0) == '\t';
      if (!continued) {
        int colon = line.indexOf(':');
        String name = colon < 0 ? "" : line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
        copying = COPIED.containsKey(name);
        if (copying) {
          seen.append(COPIED.get(name)).append(' ');
        }
      }
      if (copying) {
        answer.append(line).append("\r\n");
      }
    }
    boolean complete = COPIED.values().stream().allMatch(name -> seen.indexOf(name + " ") >= 0);
    return complete
        ? Optional.of(
            answer.append("Content-Length: 0\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8))
        : Optional.empty();
  }
}
