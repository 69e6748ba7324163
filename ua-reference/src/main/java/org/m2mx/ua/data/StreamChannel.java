package org.m2mx.ua.data;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;

/** A channel by TLS over TCP. */
final class StreamChannel implements DataChannel {
  private final SSLSocket socket;
  private final Fingerprint ownFingerprint;
  private final Fingerprint peerFingerprint;
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final InputStream input;
  private final OutputStream output;

  StreamChannel(SSLSocket socket, Fingerprint ownFingerprint) throws IOException {
    this.socket = socket;
    this.ownFingerprint = ownFingerprint;
    this.peerFingerprint =
        Fingerprint.of((X509Certificate) socket.getSession().getPeerCertificates()[0]);
    this.input = new CountedInput(socket.getInputStream(), received);
    this.output = new CountedOutput(socket.getOutputStream(), sent);
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
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public String protocol() {
    return socket.getSession().getProtocol();
  }

  @Override
  public String cipherSuite() {
    return socket.getSession().getCipherSuite();
  }

  @Override
  public InetSocketAddress localAddress() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return (InetSocketAddress) socket.getRemoteSocketAddress();
  }

  @Override
  public Fingerprint ownFingerprint() {
    return ownFingerprint;
  }

  @Override
  public Fingerprint peerFingerprint() {
    return peerFingerprint;
  }

  @Override
  public long bytesReceived() {
    return received.get();
  }

  @Override
  public long bytesSent() {
    return sent.get();
  }

  /** Ends both directions at once. What was not read yet is lost. */
  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** A plain close would wait for the writer, to say close_notify after it. */
  @Override
  public void abort() throws IOException {
    socket.setSoLinger(true, 0);
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
