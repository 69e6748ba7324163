package org.m2mx.sipcontainer.transport;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** A message whose end is known without its Content-Length, which may be missing therefore. */
final class FramedMessage {
  private static final Pattern CONTENT_LENGTH =
      Pattern.compile("(?im)^(?:content-length|l)[ \\t]*:");
  private static final String HEADER_END = "\r\n\r\n";

  private FramedMessage() {}

  /** The message with a Content-Length (RFC 7118 section 5.3), without which its body is lost. */
  static byte[] withLength(byte[] message) {
    String text = new String(message, StandardCharsets.ISO_8859_1);
    int end = text.indexOf(HEADER_END);
    if (end < 0 || CONTENT_LENGTH.matcher(text.substring(0, end)).find()) {
      return message;
    }
    int body = end + HEADER_END.length();
    return "%s\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(text.substring(0, end), text.length() - body, text.substring(body))
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
