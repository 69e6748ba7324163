package org.m2mx.ua.resume;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.OptionalInt;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;

/**
 * An end of a connection in memory that can be lost after any octet: what was written beyond is
 * gone, and its writer has not noticed.
 */
final class TestConnection implements DataChannel {
  private static final Fingerprint FINGERPRINT =
      new Fingerprint("SHA-256", "AA" + ":AA".repeat(31));
  private static final InetSocketAddress NOWHERE = new InetSocketAddress(0);

  /** A direction of it. */
  private static final class Pipe {
    private final byte[] ring = new byte[8 * 1024];
    private final long cutAt;
    private long written;
    private long read;
    private boolean ended;
    private boolean broken;

    Pipe(long cutAt) {
      this.cutAt = cutAt;
    }

    synchronized void write(byte[] from, int offset, int length) throws IOException {
      for (int i = 0; i < length; ) {
        while (written - read == ring.length && !broken && !ended) {
          pause();
        }
        if (broken || ended) {
          throw lost();
        }
        for (; i < length && written - read < ring.length; i++) {
          ring[(int) (written++ % ring.length)] = from[offset + i];
        }
        notifyAll();
      }
    }

    /** Returns -1 at the end, and -2 where the connection is lost. */
    synchronized int read(byte[] to, int offset, int length) throws IOException {
      while (read == written && !ended && !broken && read < cutAt) {
        pause();
      }
      if (broken) {
        throw lost();
      }
      if (read >= cutAt) {
        return -2;
      }
      if (read == written) {
        return -1;
      }
      int count = (int) Math.min(Math.min(length, written - read), cutAt - read);
      for (int i = 0; i < count; i++) {
        to[offset + i] = ring[(int) (read++ % ring.length)];
      }
      notifyAll();
      return count;
    }

    private void pause() throws IOException {
      try {
        wait();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    synchronized void end() {
      ended = true;
      notifyAll();
    }

    synchronized void breakOff() {
      broken = true;
      notifyAll();
    }
  }

  private static SocketException lost() {
    return new SocketException("connection lost");
  }

  private final Pipe incoming;
  private final Pipe outgoing;

  private TestConnection(Pipe incoming, Pipe outgoing) {
    this.incoming = incoming;
    this.outgoing = outgoing;
  }

  /** Returns the two ends of a connection that is lost after so many octets in a direction. */
  static TestConnection[] pair(long cutThere, long cutBack) {
    Pipe there = new Pipe(cutThere);
    Pipe back = new Pipe(cutBack);
    return new TestConnection[] {new TestConnection(back, there), new TestConnection(there, back)};
  }

  static TestConnection[] pair() {
    return pair(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  @Override
  public InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] octet = new byte[1];
        return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = length == 0 ? 0 : incoming.read(buffer, offset, length);
        if (count == -2) {
          abort();
          throw lost();
        }
        return count;
      }
    };
  }

  @Override
  public OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
      }

      @Override
      public void write(byte[] buffer, int offset, int length) throws IOException {
        outgoing.write(buffer, offset, length);
      }
    };
  }

  @Override
  public void endOutput() {
    throw new UnsupportedOperationException("the stream has an end of its own");
  }

  /** The peer can still read what is there. */
  @Override
  public void close() {
    outgoing.end();
    incoming.breakOff();
  }

  @Override
  public void abort() {
    outgoing.breakOff();
    incoming.breakOff();
  }

  @Override
  public DataProtocol dataProtocol() {
    return DataProtocol.TCP_TLS;
  }

  @Override
  public OptionalInt packetLimit() {
    return OptionalInt.empty();
  }

  @Override
  public String protocol() {
    return "memory";
  }

  @Override
  public String cipherSuite() {
    return "none";
  }

  @Override
  public InetSocketAddress localAddress() {
    return NOWHERE;
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return NOWHERE;
  }

  @Override
  public Fingerprint ownFingerprint() {
    return FINGERPRINT;
  }

  @Override
  public Fingerprint peerFingerprint() {
    return FINGERPRINT;
  }

  @Override
  public long bytesReceived() {
    return incoming.read;
  }

  @Override
  public long bytesSent() {
    return outgoing.written;
  }
}
