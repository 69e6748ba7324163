package org.m2mx.ua.data;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;

/** A channel by TLS over TCP. */
final class StreamChannel extends SocketChannel {
  private final SSLSocket socket;
  private final Socket below;

  /**
   * A channel that has been opened.
   *
   * @param below the connection that TLS goes by
   */
  StreamChannel(SSLSocket socket, Socket below, Fingerprint ownFingerprint) throws IOException {
    super(terms(socket, ownFingerprint), socket);
    this.socket = socket;
    this.below = below;
  }

  private static Terms terms(SSLSocket socket, Fingerprint ownFingerprint) throws IOException {
    SSLSession session = socket.getSession();
    return new Terms(
        DataProtocol.TCP_TLS,
        session.getProtocol(),
        session.getCipherSuite(),
        (InetSocketAddress) socket.getLocalSocketAddress(),
        (InetSocketAddress) socket.getRemoteSocketAddress(),
        ownFingerprint,
        Fingerprint.of((X509Certificate) session.getPeerCertificates()[0]));
  }

  /** Ends both directions at once. What was not read yet is lost. */
  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** TLS would say close_notify, and wait for the writer or for room to say it. */
  @Override
  public void abort() throws IOException {
    below.setSoLinger(true, 0);
    below.close();
  }
}
