package org.m2mx.ua.forward;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames on a channel. One thread reads; any may write. */
final class Frames {
  /** How the side that asks for connections greets. */
  static final String FORWARDS = "m2mx-forward 1 forwards\n";

  /** How the side that grants them greets. */
  static final String EXPOSES = "m2mx-forward 1 exposes\n";

  private static final int BUFFER = 64 * 1024;

  private final DataInputStream in;
  private final OutputStream out;

  Frames(InputStream in, OutputStream out) {
    this.in = new DataInputStream(new BufferedInputStream(in, BUFFER));
    this.out = out;
  }

  /** Greets, and reads the greeting of the other side. */
  void greet(String own, String other) throws IOException {
    out.write(own.getBytes(StandardCharsets.US_ASCII));
    out.flush();
    byte[] expected = other.getBytes(StandardCharsets.US_ASCII);
    for (byte octet : expected) {
      int got = in.read();
      if (got < 0) {
        throw new EOFException("the peer ended the channel without a greeting");
      }
      if (got != octet) {
        throw new ForwardException("The peer does not greet with \"" + other.strip() + "\"");
      }
    }
  }

  /** Returns the next frame, or null at the channel's end. */
  Frame read() throws IOException {
    int number = in.read();
    if (number < 0) {
      return null;
    }
    Frame.Type type = Frame.Type.of((byte) number);
    int connection = in.readInt();
    int length = in.readUnsignedShort();
    if (length > Frame.LONGEST || connection < 0) {
      throw new ForwardException("The peer sent a malformed frame");
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new Frame(type, connection, payload);
  }

  /** Writes a frame in one piece, so that it becomes one TLS record. */
  void write(Frame frame) throws IOException {
    byte[] bytes =
        ByteBuffer.allocate(Frame.HEADER + frame.payload().length)
            .put(frame.type().number())
            .putInt(frame.connection())
            .putShort((short) frame.payload().length)
            .put(frame.payload())
            .array();
    synchronized (out) {
      out.write(bytes);
      out.flush();
    }
  }
}
