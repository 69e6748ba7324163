package org.m2mx.sipcontainer.websocket;

/** What a frame is (RFC 6455 section 5.2). */
public enum Opcode {
  /** More of a message that was begun. */
  CONTINUATION(0),
  /** A message that is UTF-8. */
  TEXT(1),
  /** A message of any bytes. */
  BINARY(2),
  /** The last frame of a side. */
  CLOSE(8),
  /** To be answered with a pong. */
  PING(9),
  /** The answer to a ping. */
  PONG(10);

  private final int code;

  Opcode(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  boolean isControl() {
    return code >= 8;
  }

  static Opcode of(int code) throws WebSocketException {
    for (Opcode opcode : values()) {
      if (opcode.code == code) {
        return opcode;
      }
    }
    throw new WebSocketException(
        WebSocketException.PROTOCOL_ERROR, "frame with the unknown opcode " + code);
  }
}
