package org.m2mx.sipcontainer.websocket;

import static org.m2mx.sipcontainer.websocket.WebSocketException.INVALID_TEXT;
import static org.m2mx.sipcontainer.websocket.WebSocketException.PROTOCOL_ERROR;
import static org.m2mx.sipcontainer.websocket.WebSocketException.TOO_BIG;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Cuts a stream into WebSocket messages and control frames (RFC 6455 section 5). A length is
 * refused before its bytes are waited for. Not safe for several threads.
 */
public final class FrameReader {
  private static final int KEPT_BYTES = 1024;
  private static final int MOST_SPARE_BYTES = 64 * 1024;
  private static final int MAX_CONTROL_BYTES = 125;
  private static final int MASK_BYTES = 4;
  private static final int NO_CODE = 1005;

  /** Receives what the reader finds. */
  public interface Sink {
    /** A whole message, out of however many frames. */
    void message(byte[] message) throws IOException;

    /** A ping, the latest of those that came together, and what the pong has to carry. */
    void ping(byte[] payload) throws IOException;

    /**
     * The peer sends nothing more.
     *
     * @param code its status code, 1005 when it gave none
     */
    void close(int code) throws IOException;
  }

  private final int maxMessageBytes;
  private final Role role;
  private final Sink sink;
  private ByteArrayOutputStream fragments = new ByteArrayOutputStream(0);
  private Opcode begun;
  private byte[] pending = new byte[0];
  private int start;
  private int end;
  private boolean closed;
  private byte[] pinged;

  /**
   * @param role of this end
   * @param maxMessageBytes the largest message taken
   * @param sink gets what is found
   */
  public FrameReader(Role role, int maxMessageBytes, Sink sink) {
    this.role = role;
    this.maxMessageBytes = maxMessageBytes;
    this.sink = sink;
  }

  /**
   * Takes what arrived. After a Close frame nothing is looked at any more.
   *
   * @throws WebSocketException when what arrived breaks the protocol or is too large
   */
  public void receive(ByteBuffer bytes) throws IOException {
    append(bytes);
    while (!closed && readFrame()) {
      // One after the other.
    }
    answerPings();
    System.arraycopy(pending, start, pending, 0, end - start);
    end -= start;
    start = 0;
    if (pending.length > KEPT_BYTES && pending.length / 4 > end) {
      pending = Arrays.copyOf(pending, end);
    }
  }

  /** RFC 6455 section 5.5.3: of several pings the latest may be answered alone. */
  private void answerPings() throws IOException {
    if (pinged != null && !closed) {
      byte[] latest = pinged;
      pinged = null;
      sink.ping(latest);
    }
  }

  /** Bytes held of a message or frame that has not arrived whole. */
  public int heldBytes() {
    return end - start + fragments.size();
  }

  private void append(ByteBuffer bytes) {
    int added = bytes.remaining();
    if (end + added > pending.length) {
      int roomier = pending.length + Math.min(pending.length, MOST_SPARE_BYTES);
      pending = Arrays.copyOf(pending, Math.max(end + added, roomier));
    }
    bytes.get(pending, end, added);
    end += added;
  }

  private boolean readFrame() throws IOException {
    int available = end - start;
    if (available < 2) {
      return false;
    }
    int first = pending[start] & 0xff;
    int second = pending[start + 1] & 0xff;
    Opcode opcode = Opcode.of(first & 0xf);
    boolean last = (first & 0x80) != 0;
    int shortLength = second & 0x7f;
    check(first, second, opcode, last, shortLength);
    int lengthBytes = shortLength < 126 ? 0 : shortLength == 126 ? 2 : 8;
    int maskBytes = role.receivesMasked() ? MASK_BYTES : 0;
    int header = 2 + lengthBytes + maskBytes;
    if (available < 2 + lengthBytes) {
      return false;
    }
    long length = lengthBytes == 0 ? shortLength : number(start + 2, lengthBytes);
    if (length < 0 || !opcode.isControl() && length > maxMessageBytes - fragments.size()) {
      throw new WebSocketException(TOO_BIG, "message larger than " + maxMessageBytes + " bytes");
    }
    if (available < header + length) {
      return false;
    }
    int payloadStart = start + header;
    byte[] payload = Arrays.copyOfRange(pending, payloadStart, payloadStart + (int) length);
    if (maskBytes > 0) {
      byte[] mask = Arrays.copyOfRange(pending, payloadStart - MASK_BYTES, payloadStart);
      Role.mask(payload, 0, payload.length, mask);
    }
    start = payloadStart + (int) length;
    take(opcode, last, payload);
    return true;
  }

  private void check(int first, int second, Opcode opcode, boolean last, int shortLength)
      throws WebSocketException {
    if ((first & 0x70) != 0) {
      throw violation("frame of an extension, of which none was agreed on");
    } else if ((second & 0x80) != 0 != role.receivesMasked()) {
      throw violation(
          role.receivesMasked() ? "client's frame without mask" : "server's frame with a mask");
    } else if (opcode.isControl() && (!last || shortLength > MAX_CONTROL_BYTES)) {
      throw violation("control frame in pieces or of more than 125 bytes");
    } else if (opcode == Opcode.CONTINUATION && begun == null) {
      throw violation("continuation of no message");
    } else if (!opcode.isControl() && opcode != Opcode.CONTINUATION && begun != null) {
      throw violation("message begun within another");
    }
  }

  private static WebSocketException violation(String what) {
    return new WebSocketException(PROTOCOL_ERROR, what);
  }

  /** Negative when it is more than any length there is. */
  private long number(int offset, int bytes) {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number = number << 8 | pending[offset + i] & 0xff;
    }
    return number;
  }

  private void take(Opcode opcode, boolean last, byte[] payload) throws IOException {
    switch (opcode) {
      case PING -> pinged = payload;
      case PONG -> {
        // That it came is all it says.
      }
      case CLOSE -> {
        closed = true;
        sink.close(closeCode(payload));
      }
      default -> {
        if (opcode != Opcode.CONTINUATION) {
          begun = opcode;
        }
        if (!last) {
          fragments.writeBytes(payload);
        } else {
          finish(payload);
        }
      }
    }
  }

  private void finish(byte[] lastPart) throws IOException {
    byte[] message = lastPart;
    if (fragments.size() > 0) {
      fragments.writeBytes(lastPart);
      message = fragments.toByteArray();
      fragments = new ByteArrayOutputStream(0);
    }
    if (begun == Opcode.TEXT && !isUtf8(message)) {
      throw new WebSocketException(INVALID_TEXT, "text that is not UTF-8");
    }
    begun = null;
    sink.message(message);
  }

  private static int closeCode(byte[] payload) throws WebSocketException {
    if (payload.length == 0) {
      return NO_CODE;
    } else if (payload.length == 1) {
      throw violation("Close frame with half a status code");
    }
    int code = (payload[0] & 0xff) << 8 | payload[1] & 0xff;
    if (code < 1000 || code >= 5000 || code >= 1004 && code <= 1006 || code == 1015) {
      throw violation("Close frame with the status code " + code);
    } else if (!isUtf8(Arrays.copyOfRange(payload, 2, payload.length))) {
      throw new WebSocketException(INVALID_TEXT, "Close frame with a reason that is not UTF-8");
    }
    return code;
  }

  /** Whether bytes may be sent as text. */
  public static boolean isUtf8(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return isDecodable(bytes);
      }
    }
    return true;
  }

  private static boolean isDecodable(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
