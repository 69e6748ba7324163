package org.apache.log4j;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mobicents.servlet.sip.core.DispatcherException;

/**
 * What the core says when something went wrong: the whole SIP message, credentials and all, and a
 * stack trace for whatever a stranger sends. Neither belongs into a log unasked.
 *
 * @param thrown null for none
 */
record CoreLine(String text, Throwable thrown) {
  private static final List<String> OF_PEERS =
      List.of(
          "An IOException occured on",
          "CSeq out of order for the following request",
          "Expires header missing",
          "No listener -- dropping");

  /**
   * Whether nothing went wrong here, but a peer sent what is refused, such as a request of a dialog
   * that there is not, or went away before its answer.
   */
  boolean isOfAPeer() {
    return isRefusal() || OF_PEERS.stream().anyMatch(text::startsWith);
  }

  /** A 5xx is no fault of a peer's. */
  private boolean isRefusal() {
    return thrown instanceof DispatcherException refusal
        && thrown.getCause() == null
        && refusal.getErrorCode() / 100 == 4;
  }

  /** One line, with the Call-ID where there is one, and the root of the failure. */
  String shortened() {
    StringBuilder line = new StringBuilder();
    callId().ifPresent(callId -> line.append("Call-ID ").append(callId).append(": "));
    if (isRefusal()) {
      line.append(firstLine(thrown.getMessage()));
    } else {
      line.append(firstLine(text));
      if (thrown != null) {
        line.append(" (").append(firstLine(String.valueOf(root()))).append(')');
      }
    }
    return line.toString();
  }

  private Optional<String> callId() {
    return text.lines()
        .map(String::strip)
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("call-id:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }

  private static String firstLine(String lines) {
    return String.valueOf(lines).lines().findFirst().orElse("");
  }

  private Throwable root() {
    Throwable root = thrown;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }
}
