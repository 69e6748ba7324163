package org.m2mx.ua.resume;

import java.net.ProtocolException;

/**
 * The direction that the peer sends: what this side's program has not taken yet, and what the peer
 * was told of that. Not safe for several threads.
 */
final class Incoming {
  private final NumberedOctets kept;
  private final int owedAtOnce;
  private boolean ended;
  private boolean endTaken;
  private long acknowledged;

  /**
   * Nothing yet.
   *
   * @param window how many octets the peer may send that this side's program has not taken
   */
  Incoming(int window) {
    this.kept = new NumberedOctets(window);
    this.owedAtOnce = Math.max(1, window / 4);
  }

  /**
   * Keeps what has come.
   *
   * @throws ProtocolException if it may not have come
   */
  void received(byte[] octets, int length) throws ProtocolException {
    if (ended) {
      throw new ProtocolException("the peer sends on after its end");
    }
    if (kept.append(octets, 0, length) < length) {
      throw new ProtocolException("the peer sends more than the window has room for");
    }
  }

  /**
   * The peer sends nothing more.
   *
   * @throws ProtocolException if it has said so before
   */
  void end() throws ProtocolException {
    if (ended) {
      throw new ProtocolException("the peer ends twice");
    }
    ended = true;
  }

  /** Returns the number of what is to come next. */
  long received() {
    return kept.next() + (ended ? 1 : 0);
  }

  /** Gives octets to the program: how many, 0 if there are none now, -1 if there are no more. */
  int read(byte[] to, int offset, int length) {
    if (kept.size() == 0 && ended) {
      endTaken = true;
      return -1;
    }
    int read = kept.copy(kept.first(), to, offset, length);
    kept.forget(kept.first() + read);
    return read;
  }

  /** Returns how many octets wait for the program. */
  int available() {
    return kept.size();
  }

  /** Returns how many octets the program has taken. */
  long read() {
    return kept.first();
  }

  private long taken() {
    return kept.first() + (endTaken ? 1 : 0);
  }

  /** Says whether the program has taken something that the peer was not told of. */
  boolean owes() {
    return taken() > acknowledged;
  }

  /** Says whether the peer should be told without delay, since it may wait. */
  boolean owesAtOnce() {
    return taken() - acknowledged >= owedAtOnce || endTaken && owes();
  }

  /** Returns the number behind the last that the program has taken, of which the peer is told. */
  long acknowledge() {
    acknowledged = taken();
    return acknowledged;
  }
}
