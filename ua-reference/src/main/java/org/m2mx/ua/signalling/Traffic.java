package org.m2mx.ua.signalling;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes on signalling connections below TLS, so that nothing can pass uncounted. */
public final class Traffic {
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();

  /** Returns how many bytes came from the server so far. */
  public long received() {
    return received.get();
  }

  /** Returns how many bytes went to the server so far. */
  public long sent() {
    return sent.get();
  }

  /** Returns an unconnected socket whose bytes count here. */
  Socket newSocket() {
    return new CountedSocket();
  }

  private final class CountedSocket extends Socket {
    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read() throws IOException {
          int octet = in.read();
          if (octet >= 0) {
            received.incrementAndGet();
          }
          return octet;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
          int n = in.read(buffer, offset, length);
          if (n > 0) {
            received.addAndGet(n);
          }
          return n;
        }
      };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(int octet) throws IOException {
          out.write(octet);
          sent.incrementAndGet();
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
          out.write(buffer, offset, length);
          sent.addAndGet(length);
        }
      };
    }
  }
}
