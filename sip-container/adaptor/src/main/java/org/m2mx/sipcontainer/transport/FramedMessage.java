package org.m2mx.sipcontainer.transport;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** A message whose end is known without its Content-Length, which may be missing therefore. */
final class FramedMessage {
  /** Only LF ends a line: octets of UTF-8 would, too, without the d. */
  private static final Pattern CONTENT_LENGTH =
      Pattern.compile("(?imd)^(?:content-length|l)[ \\t]*:");

  private static final Pattern LINE_ENDS = Pattern.compile("^[\\r\\n]+");
  private static final String HEADER_END = "\r\n\r\n";

  private FramedMessage() {}

  /** The message with a Content-Length (RFC 7118 section 5.3), without which its body is lost. */
  static byte[] withLength(byte[] message) {
    String text =
        LINE_ENDS.matcher(new String(message, StandardCharsets.ISO_8859_1)).replaceFirst("");
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
