package org.m2mx.sipcontainer.transport;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The answer to a request that could not be parsed: its own lines are handed back unread (RFC 3261
 * section 8.2.6.2).
 */
final class RawRefusal {
  private static final Set<String> COPIED =
      Set.of("via", "v", "from", "f", "to", "t", "call-id", "i", "cseq");

  private RawRefusal() {}

  /**
   * Builds the answer.
   *
   * @param request the text as it came
   * @param status code and reason phrase; must not hold line ends
   * @return empty when the text is a response or an ACK, or has no Via to find the way back by
   */
  static Optional<byte[]> answerTo(String request, String status) {
    if (request.startsWith("SIP/") || request.startsWith("ACK ")) {
      return Optional.empty();
    }
    StringBuilder answer = new StringBuilder("SIP/2.0 " + status + "\r\n");
    boolean complete = false;
    boolean copying = false;
    for (String line : request.split("\r\n")) {
      if (line.isEmpty()) {
        break;
      }
      boolean continued = line.charAt(0) == ' ' || line.charAt(0) == '\t';
      if (!continued) {
        int colon = line.indexOf(':');
        String name = colon < 0 ? "" : line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
        copying = COPIED.contains(name);
        complete |= name.equals("via") || name.equals("v");
      }
      if (copying) {
        answer.append(line).append("\r\n");
      }
    }
    return complete
        ? Optional.of(
            answer.append("Content-Length: 0\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8))
        : Optional.empty();
  }
}
