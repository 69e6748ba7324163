package org.m2mx.ua.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.m2mx.ua.ike.Tunnel;
import org.m2mx.ua.ike.TunnelRequest;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;

/**
 * A channel by a tunnel for IP: TCP between the two addresses inside. Other programs may use the
 * tunnel beside it.
 */
final class TunnelChannel implements DataChannel {
  /** How long the tunnel stays for what was written last to arrive. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Tunnel tunnel;
  private final Socket socket;
  private final TunnelRequest request;
  private final String cipher;
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final InputStream input;
  private final OutputStream output;

  TunnelChannel(Tunnel tunnel, Socket socket, TunnelRequest request, String cipher)
      throws IOException {
    this.tunnel = tunnel;
    this.socket = socket;
    this.request = request;
    this.cipher = cipher;
    this.input = new CountedInput(socket.getInputStream(), received);
    this.output = new CountedOutput(socket.getOutputStream(), sent);
  }

  @Override
  public DataProtocol dataProtocol() {
    return DataProtocol.IKE_ESP_UDPENCAP;
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
    return "IKEv2";
  }

  @Override
  public String cipherSuite() {
    return cipher;
  }

  @Override
  public InetSocketAddress localAddress() {
    return request.own();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return request.peer();
  }

  @Override
  public Fingerprint ownFingerprint() {
    return Fingerprint.of(request.certificate());
  }

  @Override
  public Fingerprint peerFingerprint() {
    return Fingerprint.of(request.peerCertificate());
  }

  @Override
  public long bytesReceived() {
    return received.get();
  }

  @Override
  public long bytesSent() {
    return sent.get();
  }

  @Override
  public void close() throws IOException {
    close(PATIENCE);
  }

  @Override
  public void abort() throws IOException {
    close(Duration.ZERO);
  }

  private void close(Duration patience) throws IOException {
    try {
      end(socket, patience);
    } finally {
      tunnel.close();
    }
  }

  /**
   * Closes a connection so that nothing of it is sent any more: the system would go on with what
   * has not arrived, and without the tunnel in the clear.
   */
  static void end(Socket socket, Duration patience) throws IOException {
    if (socket.isClosed()) {
      return;
    }
    boolean arrived = false;
    try {
      if (!patience.isZero()) {
        if (!socket.isOutputShutdown()) {
          socket.shutdownOutput();
        }
        arrived = new SendQueue(socket).awaitEmpty(patience);
      }
    } finally {
      try {
        if (!arrived && !socket.isClosed()) {
          socket.setSoLinger(true, 0);
        }
      } finally {
        socket.close();
      }
    }
  }
}
