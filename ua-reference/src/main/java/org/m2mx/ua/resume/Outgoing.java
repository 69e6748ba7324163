package org.m2mx.ua.resume;

import java.net.ProtocolException;

/**
 * The direction that this side sends: what the peer's program has not taken yet, and how far it has
 * gone. The end has a number as if it were an octet behind the last. Not safe for several threads.
 */
final class Outgoing {
  private final NumberedOctets kept;
  private boolean ended;

  /** The number of what goes next by the present connection. */
  private long position;

  /** The number behind the last that ever went. */
  private long furthest;

  /** The number behind the last that the peer's program has taken. */
  private long taken;

  /**
   * Nothing yet.
   *
   * @param window how many octets there may be that the peer's program has not taken
   */
  Outgoing(int window) {
    this.kept = new NumberedOctets(window);
  }

  /** Takes as many octets as the window has room for, and returns how many. */
  int write(byte[] octets, int offset, int length) {
    return kept.append(octets, offset, length);
  }

  void end() {
    ended = true;
  }

  boolean isEnded() {
    return ended;
  }

  /** Returns how many octets were written. */
  long written() {
    return kept.next();
  }

  /** Returns how many octets the peer's program may not have taken. */
  int untaken() {
    return kept.size();
  }

  /** Returns the number behind the last that the peer's program has taken. */
  long taken() {
    return taken;
  }

  /** Says whether something waits to go by the present connection. */
  boolean isDue() {
    return position < limit();
  }

  /** Copies octets that are to go next, and returns how many. */
  int next(byte[] to, int offset, int length) {
    if (position >= kept.next()) {
      return 0;
    }
    int copied = kept.copy(position, to, offset, length);
    went(copied);
    return copied;
  }

  /** Says whether only the end is to go. */
  boolean isAtEnd() {
    return ended && position == kept.next();
  }

  /** Says whether it is the end that is to go next, which then has gone. */
  boolean nextIsEnd() {
    if (!isAtEnd()) {
      return false;
    }
    went(1);
    return true;
  }

  private void went(int count) {
    position += count;
    furthest = Math.max(furthest, position);
  }

  /** Returns the number behind the last that was written. */
  long limit() {
    return kept.next() + (ended ? 1 : 0);
  }

  /**
   * The peer's program has taken everything before a number.
   *
   * @throws ProtocolException if that cannot be
   */
  void taken(long number) throws ProtocolException {
    require(number, position);
    taken = number;
    kept.forget(Math.min(number, kept.next()));
  }

  /**
   * There is another connection, and the peer wants everything from a number on.
   *
   * @throws ProtocolException if that cannot be
   */
  void resume(long number) throws ProtocolException {
    require(number, furthest);
    position = number;
  }

  private void require(long number, long most) throws ProtocolException {
    if (number < taken || number > most) {
      throw new ProtocolException(
          "the peer says " + number + " where only " + taken + " to " + most + " can be");
    }
  }
}
