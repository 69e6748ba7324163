package org.m2mx.sipcontainer.websocket;

import java.io.IOException;

/** What came ends a WebSocket; the status code tells the peer why (RFC 6455 section 7.4.1). */
public final class WebSocketException extends IOException {
  private static final long serialVersionUID = 1L;

  static final int PROTOCOL_ERROR = 1002;
  static final int INVALID_TEXT = 1007;
  static final int TOO_BIG = 1009;

  private final int code;

  WebSocketException(int code, String message) {
    super(message);
    this.code = code;
  }

  /** The status code of the Close frame, 1002, 1007 or 1009. */
  public int code() {
    return code;
  }
}
