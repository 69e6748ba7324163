package org.m2mx.ua.resume;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ThreadFactory;
import org.m2mx.ua.data.DataChannel;

/** One of the connections that a stream goes by, with a thread for each direction. */
final class Link {
  private static final System.Logger LOG = System.getLogger(Link.class.getName());

  /** So many octets go at once: a whole number of TLS records. */
  private static final int PIECE = 64 * 1024;

  private static final ThreadFactory DAEMONS =
      task -> {
        Thread thread = new Thread(task, "m2mx-ua-stream");
        thread.setDaemon(true);
        return thread;
      };

  private final ResumableChannel stream;
  private final DataChannel connection;

  /** Guarded by the stream. */
  private boolean greeted;

  private boolean heard;
  private boolean writing;

  /**
   * A connection that has been opened.
   *
   * @param first whether the stream has had none before, so that nobody has to say where it is
   */
  Link(ResumableChannel stream, DataChannel connection, boolean first) {
    this.stream = stream;
    this.connection = connection;
    this.greeted = first;
    this.heard = first;
  }

  void start() {
    DAEMONS.newThread(this::send).start();
    DAEMONS.newThread(this::receive).start();
  }

  /** Says whether this side has yet to say where it is; it does so now. */
  boolean greets() {
    boolean greets = !greeted;
    greeted = true;
    return greets;
  }

  /** Says whether it is known from where on the peer wants what is sent. */
  boolean hasHeard() {
    return heard;
  }

  void heard() {
    heard = true;
  }

  boolean isWriting() {
    return writing;
  }

  void setWriting(boolean writes) {
    writing = writes;
  }

  private void send() {
    byte[] frames = new byte[PIECE];
    try {
      OutputStream out = connection.output();
      for (int length = stream.next(this, frames); length > 0; length = stream.next(this, frames)) {
        out.write(frames, 0, length);
        out.flush();
      }
    } catch (IOException e) {
      stream.lost(this, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stream.written(this);
    }
  }

  private void receive() {
    try {
      DataInputStream in = new DataInputStream(connection.input());
      byte[] payload = new byte[Frame.LONGEST_PAYLOAD];
      boolean goesOn = true;
      while (goesOn) {
        int type = in.read();
        if (type < 0) {
          stream.lost(this, new EOFException("the peer has closed it"));
          return;
        }
        int length = in.readUnsignedShort();
        in.readFully(payload, 0, length);
        goesOn = stream.received(this, type, payload, length);
      }
    } catch (IOException e) {
      stream.lost(this, e);
    }
  }

  void close() throws IOException {
    connection.close();
  }

  void abort() {
    try {
      connection.abort();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "Breaking a connection off", e);
    }
  }
}
