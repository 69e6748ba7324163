package org.m2mx.ua.data;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;
import org.m2mx.ua.sdp.Fingerprint;

/**
 * An open data channel: a stream of bytes each way, encrypted from end to end. Each direction ends
 * by itself, by {@link #endOutput()} here and by the end of {@link #input()} there.
 *
 * <p>One thread may read while another writes.
 */
public final class DataChannel implements AutoCloseable {
  private final SSLSocket socket;
  private final Fingerprint ownFingerprint;
  private final Fingerprint peerFingerprint;
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final InputStream input;
  private final OutputStream output;

  DataChannel(SSLSocket socket, Fingerprint ownFingerprint) throws IOException {
    this.socket = socket;
    this.ownFingerprint = ownFingerprint;
    this.peerFingerprint =
        Fingerprint.of((X509Certificate) socket.getSession().getPeerCertificates()[0]);
    this.input = new CountedInput(socket.getInputStream(), received);
    this.output = new CountedOutput(socket.getOutputStream(), sent);
  }

  /** Returns the bytes that the peer sends; it ends when the peer ends its output. */
  public InputStream input() {
    return input;
  }

  /** Returns where to write bytes for the peer. */
  public OutputStream output() {
    return output;
  }

  /**
   * Tells the peer that nothing more will come, and leaves the other direction open.
   *
   * @throws IOException if the channel is broken
   */
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Returns the protocol as negotiated, {@code TLSv1.3}. */
  public String protocol() {
    return socket.getSession().getProtocol();
  }

  /** Returns the cipher suite as negotiated. */
  public String cipherSuite() {
    return socket.getSession().getCipherSuite();
  }

  /** Returns this side's address. */
  public InetSocketAddress localAddress() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /** Returns the peer's address. */
  public InetSocketAddress remoteAddress() {
    return (InetSocketAddress) socket.getRemoteSocketAddress();
  }

  /** Returns the fingerprint of this side's certificate. */
  public Fingerprint ownFingerprint() {
    return ownFingerprint;
  }

  /** Returns the fingerprint of the peer's certificate, which is one that it signalled. */
  public Fingerprint peerFingerprint() {
    return peerFingerprint;
  }

  /** Returns how many bytes of data were read so far. */
  public long bytesReceived() {
    return received.get();
  }

  /** Returns how many bytes of data were written so far. */
  public long bytesSent() {
    return sent.get();
  }

  /** Ends both directions at once. What was not read yet is lost. */
  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static final class CountedInput extends FilterInputStream {
    private final AtomicLong count;

    CountedInput(InputStream in, AtomicLong count) {
      super(in);
      this.count = count;
    }

    @Override
    public int read() throws IOException {
      int octet = in.read();
      if (octet >= 0) {
        count.incrementAndGet();
      }
      return octet;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = in.read(buffer, offset, length);
      if (n > 0) {
        count.addAndGet(n);
      }
      return n;
    }
  }

  private static final class CountedOutput extends FilterOutputStream {
    private final AtomicLong count;

    CountedOutput(OutputStream out, AtomicLong count) {
      super(out);
      this.count = count;
    }

    @Override
    public void write(int octet) throws IOException {
      out.write(octet);
      count.incrementAndGet();
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      out.write(buffer, offset, length);
      count.addAndGet(length);
    }
  }
}
