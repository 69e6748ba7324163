package org.m2mx.sipcontainer.websocket;

import java.security.SecureRandom;

/** Which end of a WebSocket this is. Only what clients send is masked (RFC 6455 section 5.1). */
public enum Role {
  /** Opened it. */
  CLIENT,
  /** Accepted it. */
  SERVER;

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SHORT = 125;
  private static final int TWO_BYTES = 126;
  private static final int EIGHT_BYTES = 127;

  boolean receivesMasked() {
    return this == SERVER;
  }

  /** A whole message, or a control frame, as it is sent from this end. */
  public byte[] frame(Opcode opcode, byte[] payload) {
    int length = payload.length;
    int lengthBytes = length <= SHORT ? 0 : length <= 0xffff ? 2 : 8;
    int header = 2 + lengthBytes;
    int maskBytes = this == CLIENT ? 4 : 0;
    byte[] frame = new byte[header + maskBytes + length];
    frame[0] = (byte) (0x80 | opcode.code());
    frame[1] = (byte) (lengthBytes == 0 ? length : lengthBytes == 2 ? TWO_BYTES : EIGHT_BYTES);
    for (int i = 0; i < lengthBytes; i++) {
      frame[header - 1 - i] = (byte) ((long) length >>> (8 * i));
    }
    System.arraycopy(payload, 0, frame, header + maskBytes, length);
    if (this == CLIENT) {
      frame[1] |= (byte) 0x80;
      byte[] mask = new byte[maskBytes];
      RANDOM.nextBytes(mask);
      System.arraycopy(mask, 0, frame, header, maskBytes);
      mask(frame, header + maskBytes, length, mask);
    }
    return frame;
  }

  /** Masking and unmasking are the same (RFC 6455 section 5.3). */
  static void mask(byte[] bytes, int start, int length, byte[] mask) {
    for (int i = 0; i < length; i++) {
      bytes[start + i] ^= mask[i & 3];
    }
  }
}
