package org.m2mx.bench.concealment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.m2mx.bench.load.SipMessage;

/** A connection of devices to the server, over TLS. */
final class TlsDevice implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;

  private final SSLSocket socket;
  private final InputStream in;
  private final OutputStream out;

  private TlsDevice(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    this.out = socket.getOutputStream();
  }

  /**
   * Connects.
   *
   * @param server where it listens
   * @param certificate PEM file, the only one trusted
   */
  static TlsDevice connect(InetSocketAddress server, Path certificate) throws IOException {
    try (InputStream pem = Files.newInputStream(certificate)) {
      KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
      anchors.load(null);
      anchors.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(anchors);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      SSLSocket socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(server.getAddress(), server.getPort());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.startHandshake();
      return new TlsDevice(socket);
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS to " + server + ": " + e.getMessage(), e);
    }
  }

  /** Our end, as a SIP host and port. */
  String hostPort() {
    return socket.getLocalAddress().getHostAddress() + ':' + socket.getLocalPort();
  }

  /**
   * Sends a message.
   *
   * @param message its lines ended by CRLF
   */
  void send(String message) throws IOException {
    out.write(message.getBytes(UTF_8));
    out.flush();
  }

  /** The next final response. */
  SipMessage finalResponse() throws IOException {
    SipMessage message = receive();
    while (!message.isResponse() || message.status() < 200) {
      message = receive();
    }
    return message;
  }

  private SipMessage receive() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream(1024);
    // How much of CRLF CRLF, where the header ends, has come.
    int ending = 0;
    while (ending < 4) {
      int octet = in.read();
      if (octet < 0) {
        throw new EOFException("the server closed the connection");
      }
      text.write(octet);
      ending = octet == (ending % 2 == 0 ? '\r' : '\n') ? ending + 1 : octet == '\r' ? 1 : 0;
    }
    SipMessage message = new SipMessage(text.toString(UTF_8));
    String length = message.header("Content-Length");
    if (length != null) {
      in.skipNBytes(Long.parseLong(length));
    }
    return message;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
