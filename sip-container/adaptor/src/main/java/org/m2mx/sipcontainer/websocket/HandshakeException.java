package org.m2mx.sipcontainer.websocket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** An opening handshake that does not lead to a WebSocket. */
public final class HandshakeException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String answer;

  /**
   * @param status code and reason phrase for the peer, null when it gets no answer
   * @param headers lines of the answer, each with its end
   */
  private HandshakeException(String status, String headers, String reason) {
    super(reason);
    this.answer =
        status == null
            ? ""
            : "HTTP/1.1 %s\r\n%sConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s\n"
                .formatted(
                    status, headers, reason.getBytes(StandardCharsets.UTF_8).length + 1, reason);
  }

  static HandshakeException refused(String status, String reason) {
    return new HandshakeException(status, "", reason);
  }

  static HandshakeException refused(String status, String header, String reason) {
    return new HandshakeException(status, header + "\r\n", reason);
  }

  static HandshakeException broken(String reason) {
    return new HandshakeException(null, "", reason);
  }

  /** What to send to the peer before the connection ends; empty when nothing is. */
  public byte[] answer() {
    return answer.getBytes(StandardCharsets.UTF_8);
  }
}
