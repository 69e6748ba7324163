package org.m2mx.sipcontainer.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a stream into SIP messages by their Content-Length (RFC 3261 section 18.3) and tells
 * keep-alives apart from them (RFC 5626 section 3.5.1). Not safe for several threads.
 */
final class MessageFramer {
  /** Only LF ends a line: octets of UTF-8 would, too, without the d. */
  private static final Pattern CONTENT_LENGTH =
      Pattern.compile("(?imd)^(?:content-length|l)[ \\t]*:\\s*(\\d{1,9})[ \\t]*(?=\\r)");

  private static final int KEPT_BYTES = 1024;

  /** Receives what the framer finds. */
  interface Sink {
    /** A whole message. */
    void message(byte[] message) throws IOException;

    /**
     * The peer asks whether the connection is alive.
     *
     * @param count how often, 1 or more
     */
    void pings(int count) throws IOException;
  }

  private final int maxMessageBytes;
  private final Sink sink;
  private byte[] pending = new byte[0];
  private int length;
  private int scanned;
  private int messageLength;
  private int lineEnds;
  private long messages;

  MessageFramer(int maxMessageBytes, Sink sink) {
    this.maxMessageBytes = maxMessageBytes;
    this.sink = sink;
  }

  /**
   * Takes what arrived.
   *
   * @throws IOException when no message can be cut out of the stream any more
   */
  void receive(ByteBuffer bytes) throws IOException {
    append(bytes);
    while (length > 0) {
      skipKeepAlives();
      if (messageLength == 0 && !findEndOfHeader()) {
        checkSize(length);
        break;
      }
      if (length < messageLength) {
        break;
      }
      byte[] message = Arrays.copyOf(pending, messageLength);
      consume(messageLength);
      lineEnds = 0;
      messages++;
      sink.message(message);
    }
    if (pending.length > KEPT_BYTES && pending.length / 4 > length) {
      pending = Arrays.copyOf(pending, length);
    }
  }

  /** Messages cut out so far. */
  long messages() {
    return messages;
  }

  /** Bytes held of a message that has not arrived whole; 0 between messages. */
  int heldBytes() {
    return length;
  }

  private void append(ByteBuffer bytes) {
    int needed = length + bytes.remaining();
    if (needed > pending.length) {
      pending = Arrays.copyOf(pending, Math.max(needed, Math.min(2 * needed, 8192)));
    }
    int added = bytes.remaining();
    bytes.get(pending, length, added);
    length += added;
  }

  /** Line ends between messages: two in a row ask for one back. All are taken at once. */
  private void skipKeepAlives() throws IOException {
    if (messageLength > 0) {
      return;
    }
    int end = 0;
    while (end + 1 < length && pending[end] == '\r' && pending[end + 1] == '\n') {
      end += 2;
    }
    if (end > 0) {
      consume(end);
      lineEnds += end / 2;
      int pings = lineEnds / 2;
      lineEnds %= 2;
      if (pings > 0) {
        sink.pings(pings);
      }
    }
  }

  private boolean findEndOfHeader() throws IOException {
    for (int i = Math.max(scanned, 3); i < length; i++) {
      if (pending[i] == '\n'
          && pending[i - 1] == '\r'
          && pending[i - 2] == '\n'
          && pending[i - 3] == '\r') {
        int headerLength = i + 1;
        messageLength = headerLength + contentLength(headerLength);
        checkSize(messageLength);
        return true;
      }
    }
    scanned = Math.max(0, length - 3);
    return false;
  }

  private int contentLength(int headerLength) throws IOException {
    String header = new String(pending, 0, headerLength, StandardCharsets.ISO_8859_1);
    Matcher matcher = CONTENT_LENGTH.matcher(header);
    OptionalInt found = OptionalInt.empty();
    while (matcher.find()) {
      int value = Integer.parseInt(matcher.group(1));
      if (found.isPresent() && found.getAsInt() != value) {
        throw new IOException("message with two different Content-Length");
      }
      found = OptionalInt.of(value);
    }
    return found.orElseThrow(() -> new IOException("message without Content-Length on a stream"));
  }

  private void checkSize(int size) throws IOException {
    if (size > maxMessageBytes) {
      throw new IOException("message larger than " + maxMessageBytes + " bytes");
    }
  }

  private void consume(int bytes) {
    System.arraycopy(pending, bytes, pending, 0, length - bytes);
    length -= bytes;
    scanned = 0;
    messageLength = 0;
  }
}
