package org.m2mx.ua.data;

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
}
