package org.m2mx.ua.resume;

/**
 * A piece of a stream whose octets are known by their numbers, the stream's first being 0: new ones
 * come behind the last, and the oldest are forgotten. It takes memory as it needs it, up to a
 * limit. Not safe for several threads.
 */
final class NumberedOctets {
  private static final int FIRST_SIZE = 4 * 1024;

  private final int most;
  private byte[] ring;
  private long first;
  private long next;

  /**
   * Nothing yet.
   *
   * @param most how many octets are kept at once, 1 or more
   */
  NumberedOctets(int most) {
    this.most = most;
    this.ring = new byte[Math.min(FIRST_SIZE, most)];
  }

  /** Returns the number of the oldest octet that is kept. */
  long first() {
    return first;
  }

  /** Returns the number that the next new octet will have. */
  long next() {
    return next;
  }

  /** Returns how many octets are kept. */
  int size() {
    return (int) (next - first);
  }

  /** Takes as many of some octets as there is room for, and returns how many. */
  int append(byte[] from, int offset, int length) {
    int taken = Math.min(length, most - size());
    grow(size() + taken);
    int at = index(next);
    int head = Math.min(taken, ring.length - at);
    System.arraycopy(from, offset, ring, at, head);
    System.arraycopy(from, offset + head, ring, 0, taken - head);
    next += taken;
    return taken;
  }

  /** Copies octets from a number on, at most so many, and returns how many there were. */
  int copy(long number, byte[] to, int offset, int length) {
    int copied = (int) Math.min(length, next - number);
    int at = index(number);
    int head = Math.min(copied, ring.length - at);
    System.arraycopy(ring, at, to, offset, head);
    System.arraycopy(ring, 0, to, offset + head, copied - head);
    return copied;
  }

  /** Forgets those before a number, which is not beyond {@link #next()}. */
  void forget(long number) {
    first = number;
  }

  private int index(long number) {
    return (int) (number % ring.length);
  }

  private void grow(int size) {
    if (size <= ring.length) {
      return;
    }
    byte[] grown = new byte[(int) Math.min(most, Math.max(size, 2L * ring.length))];
    for (long number = first; number < next; ) {
      int at = (int) (number % grown.length);
      number += copy(number, grown, at, grown.length - at);
    }
    ring = grown;
  }
}
