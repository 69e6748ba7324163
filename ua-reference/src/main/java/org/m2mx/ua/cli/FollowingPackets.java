package org.m2mx.ua.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.Optional;
import org.m2mx.ua.Session;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.octets.PieceInput;
import org.m2mx.ua.octets.PieceOutput;

/**
 * A session's packets, by whichever channel carries them: when either side moves some are lost, as
 * packets may be, and the others go on.
 */
final class FollowingPackets {
  private FollowingPackets() {}

  /** The channels of a session, one after the other. */
  interface Channels {
    /** Returns the latest. */
    DataChannel latest();

    /** Waits for a later one; empty if none comes. */
    Optional<DataChannel> after(DataChannel before) throws InterruptedException;
  }

  private static Channels of(Session session) {
    return new Channels() {
      @Override
      public DataChannel latest() {
        return session.channel();
      }

      @Override
      public Optional<DataChannel> after(DataChannel before) throws InterruptedException {
        return session.next(before, Piping.FOLLOWING);
      }
    };
  }

  /** What comes; it ends with the session. */
  static InputStream input(Session session) {
    return new PieceInput() {
      private DataChannel channel = session.channel();

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        while (true) {
          IOException broken = null;
          try {
            int n = channel.input().read(buffer, offset, length);
            if (n >= 0) {
              return n;
            }
          } catch (IOException e) {
            broken = e;
          }
          Optional<DataChannel> next = next(of(session), channel);
          if (next.isEmpty() && broken != null && !session.ended().isDone()) {
            throw broken;
          }
          if (next.isEmpty()) {
            return -1;
          }
          channel = next.get();
        }
      }
    };
  }

  /** What goes; a packet that finds its channel broken is sent again by the next. */
  static OutputStream output(Session session) {
    return output(of(session));
  }

  /** Packet by packet: those before the one that finds its channel broken have gone. */
  static OutputStream output(Channels channels) {
    return new PieceOutput() {
      @Override
      public void write(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        for (int done = 0; done < length; ) {
          DataChannel channel = channels.latest();
          int packet = Math.min(channel.packetLimit().orElse(length), length - done);
          try {
            channel.output().write(buffer, offset + done, packet);
            done += packet;
          } catch (IOException e) {
            if (next(channels, channel).isEmpty()) {
              throw e;
            }
          }
        }
      }
    };
  }

  private static Optional<DataChannel> next(Channels channels, DataChannel channel)
      throws InterruptedIOException {
    try {
      return channels.after(channel);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
