package org.m2mx.ua.signalling;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a stream into SIP messages (RFC 3261 sections 7.5 and 18.3) and the bare CRLF between them,
 * of which two are a ping and one its answer (RFC 5626 section 4.4.1).
 */
final class MessageFramer {
  private static final int LARGEST_HEAD = 64 * 1024;
  private static final int LARGEST_BODY = 256 * 1024;

  /** What {@link #next()} returns for a bare CRLF. */
  static final byte[] CRLF = new byte[0];

  private static final Pattern CONTENT_LENGTH =
      Pattern.compile(
          "\r\n(?:Content-Length|l)[ \t]*:[ \t]*(\\d{1,9})[ \t]*\r\n", Pattern.CASE_INSENSITIVE);

  private final InputStream in;

  /**
   * A framer for one connection.
   *
   * @param in a buffered stream
   */
  MessageFramer(InputStream in) {
    this.in = in;
  }

  /**
   * Reads up to the end of the next message.
   *
   * @return the whole message, or {@link #CRLF}
   * @throws EOFException if the stream has ended
   * @throws IOException if the stream breaks, or what it carries can no longer be cut into messages
   */
  byte[] next() throws IOException {
    int first = octet();
    if (first == '\r') {
      if (octet() != '\n') {
        throw new IOException("a carriage return without line feed between messages");
      }
      return CRLF;
    }
    ByteArrayOutputStream message = new ByteArrayOutputStream(2048);
    message.write(first);
    int ending = 0;
    while (ending < 4) {
      int octet = octet();
      message.write(octet);
      if (octet == (ending % 2 == 0 ? '\r' : '\n')) {
        ending++;
      } else {
        ending = octet == '\r' ? 1 : 0;
      }
      if (message.size() > LARGEST_HEAD) {
        throw new IOException("a message head of more than 64 KiB");
      }
    }
    int length = contentLength(message.toString(StandardCharsets.ISO_8859_1));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the connection ended within a message");
    }
    message.write(body);
    return message.toByteArray();
  }

  /** Says whether more has come than {@link #next()} has returned. */
  boolean hasMore() throws IOException {
    return in.available() > 0;
  }

  private static int contentLength(String head) throws IOException {
    Matcher matcher = CONTENT_LENGTH.matcher(head);
    if (!matcher.find()) {
      throw new IOException("a message without Content-Length on a stream");
    }
    int length = Integer.parseInt(matcher.group(1));
    if (length > LARGEST_BODY) {
      throw new IOException("a message body of more than 256 KiB");
    }
    return length;
  }

  private int octet() throws IOException {
    int octet = in.read();
    if (octet < 0) {
      throw new EOFException("the connection ended");
    }
    return octet;
  }
}
