package org.m2mx.ua.forward;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the two sides say to each other about one connection.
 *
 * @param type what
 * @param connection which connection, 1 to 2147483647; 0 with {@code ALIVE}
 * @param payload 0 to 16384 bytes
 */
record Frame(Type type, int connection, byte[] payload) {
  /** The longest payload. */
  static final int LONGEST = 16 * 1024;

  /** Type, connection, length. */
  static final int HEADER = 7;

  private static final byte[] NOTHING = {};

  /** The types, by the number that they have on the wire. */
  enum Type {
    /** Asks for a connection; the payload is the port. */
    OPEN(1),
    /** Grants it. */
    OPENED(2),
    /** Does not grant it; the payload says why. */
    REFUSED(3),
    /** Carries bytes. */
    DATA(4),
    /** Lets the other side send so many bytes more. */
    WINDOW(5),
    /** Says that this side has no more bytes. */
    END(6),
    /** Breaks the connection off. */
    RESET(7),
    /** Says that this side is there. */
    ALIVE(8);

    private final byte number;

    Type(int number) {
      this.number = (byte) number;
    }

    byte number() {
      return number;
    }

    static Type of(byte number) throws ForwardException {
      for (Type type : values()) {
        if (type.number == number) {
          return type;
        }
      }
      throw new ForwardException("The peer sent a frame of type " + number);
    }
  }

  static Frame open(int connection, int port) {
    return new Frame(Type.OPEN, connection, ByteBuffer.allocate(2).putShort((short) port).array());
  }

  static Frame refused(int connection, String why) {
    return new Frame(Type.REFUSED, connection, why.getBytes(StandardCharsets.US_ASCII));
  }

  static Frame window(int connection, int credit) {
    return new Frame(Type.WINDOW, connection, ByteBuffer.allocate(4).putInt(credit).array());
  }

  static Frame of(Type type, int connection) {
    return new Frame(type, connection, NOTHING);
  }

  /** Returns the port of an {@code OPEN}. */
  int port() throws ForwardException {
    return Short.toUnsignedInt(number(2).getShort());
  }

  /** Returns the credit of a {@code WINDOW}. */
  int credit() throws ForwardException {
    return number(4).getInt();
  }

  /** Returns the reason of a {@code REFUSED}, in characters that do no harm. */
  String reason() {
    return new String(payload, StandardCharsets.US_ASCII).replaceAll("[^ -~]", "?");
  }

  private ByteBuffer number(int length) throws ForwardException {
    if (payload.length != length) {
      throw new ForwardException("The peer sent a " + type + " of " + payload.length + " bytes");
    }
    return ByteBuffer.wrap(payload);
  }
}
