package org.m2mx.ua.resume;

import java.nio.ByteBuffer;

/** What goes over a connection: a type, the length of what follows, and that. */
final class Frame {
  /** Octets of the stream. */
  static final int DATA = 1;

  /** The stream's end in this direction. */
  static final int END = 2;

  /** The number behind the last octet that the sender's program has taken. */
  static final int TAKEN = 3;

  /** The number of what the sender is to get next, and then as TAKEN. */
  static final int RESUME = 4;

  /** Type and length. */
  static final int HEADER = 3;

  static final int LONGEST_PAYLOAD = 0xffff;

  private Frame() {}

  private static ByteBuffer header(ByteBuffer frames, int type, int length) {
    return frames.put((byte) type).putShort((short) length);
  }

  static void putResume(ByteBuffer frames, long received, long taken) {
    header(frames, RESUME, 2 * Long.BYTES).putLong(received).putLong(taken);
  }

  static void putTaken(ByteBuffer frames, long taken) {
    header(frames, TAKEN, Long.BYTES).putLong(taken);
  }

  static void putEnd(ByteBuffer frames) {
    header(frames, END, 0);
  }

  /** Puts what goes next of a direction, as much as there is and has room, perhaps nothing. */
  static void putData(ByteBuffer frames, Outgoing outgoing) {
    int start = frames.position();
    int room = Math.min(frames.remaining() - HEADER, LONGEST_PAYLOAD);
    int length = outgoing.next(frames.array(), start + HEADER, room);
    if (length > 0) {
      header(frames, DATA, length).position(start + HEADER + length);
    }
  }
}
