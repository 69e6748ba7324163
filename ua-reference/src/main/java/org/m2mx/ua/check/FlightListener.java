package org.m2mx.ua.check;

import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Listens for TLS, and sends each flight of the handshake (RFC 8446 section 2) in one go. JSSE
 * would send its messages one by one: a device that ends the connection at the second, for the
 * certificate in it, makes writing the third fail, and what the device said by its alert is never
 * read.
 */
final class FlightListener extends ServerSocket {
  /** Enough for any chain; what is longer goes out earlier. */
  private static final int LONGEST_FLIGHT = 1 << 16;

  private final SSLContext context;

  /**
   * @param context whose certificate is shown
   * @param backlog how many may wait to be accepted
   * @param address where to listen, at any free port
   */
  FlightListener(SSLContext context, int backlog, InetAddress address) throws IOException {
    super(0, backlog, address);
    this.context = context;
  }

  /** Waits for a connection; the handshake is still to come. */
  @Override
  public SSLSocket accept() throws IOException {
    Socket accepted = new FlightSocket();
    implAccept(accepted);
    return (SSLSocket) context.getSocketFactory().createSocket(accepted, null, true);
  }

  private static final class FlightSocket extends Socket {
    private Flight flight;

    @Override
    public synchronized Flight getOutputStream() throws IOException {
      if (flight == null) {
        flight = new Flight(super.getOutputStream());
      }
      return flight;
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return new Answers(super.getInputStream(), getOutputStream());
    }

    /** What is left may be the alert that tells the device why. */
    @Override
    public void close() throws IOException {
      try {
        if (flight != null && !isClosed()) {
          flight.sendUnlessStuck();
        }
      } finally {
        super.close();
      }
    }
  }

  /** Keeps what is written until an answer is waited for. */
  private static final class Flight extends OutputStream {
    private final BufferedOutputStream out;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean awaitsAnswer;

    Flight(OutputStream out) {
      this.out = new BufferedOutputStream(out, LONGEST_FLIGHT);
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int from, int length) throws IOException {
      lock.lock();
      try {
        out.write(octets, from, length);
      } finally {
        lock.unlock();
      }
    }

    /** After the handshake somebody always reads, so that nothing is kept. */
    @Override
    public void flush() throws IOException {
      lock.lock();
      try {
        if (awaitsAnswer) {
          out.flush();
        }
      } finally {
        lock.unlock();
      }
    }

    void awaitsAnswer(boolean awaits) throws IOException {
      lock.lock();
      try {
        awaitsAnswer = awaits;
        flush();
      } finally {
        lock.unlock();
      }
    }

    void sendUnlessStuck() throws IOException {
      if (lock.tryLock()) {
        try {
          out.flush();
        } finally {
          lock.unlock();
        }
      }
    }
  }

  private static final class Answers extends FilterInputStream {
    private final Flight flight;

    Answers(InputStream in, Flight flight) {
      super(in);
      this.flight = flight;
    }

    @Override
    public int read() throws IOException {
      byte[] octet = new byte[1];
      return read(octet, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(octet[0]);
    }

    @Override
    public int read(byte[] octets, int from, int length) throws IOException {
      flight.awaitsAnswer(true);
      try {
        return super.read(octets, from, length);
      } finally {
        flight.awaitsAnswer(false);
      }
    }
  }
}
