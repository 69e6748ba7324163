package org.m2mx.ua.data;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.m2mx.ua.ike.Tunnel;
import org.m2mx.ua.ike.TunnelRequest;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;

/**
 * A channel by a tunnel for IP: TCP between the two addresses inside. Other programs may use the
 * tunnel beside it.
 */
final class TunnelChannel extends SocketChannel {
  /** How long the tunnel stays for what was written last to arrive. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Tunnel tunnel;
  private final Socket socket;

  TunnelChannel(Tunnel tunnel, Socket socket, TunnelRequest request, String cipher)
      throws IOException {
    super(terms(request, cipher), socket);
    this.tunnel = tunnel;
    this.socket = socket;
  }

  private static Terms terms(TunnelRequest request, String cipher) {
    return new Terms(
        DataProtocol.IKE_ESP_UDPENCAP,
        "IKEv2",
        cipher,
        request.own(),
        request.peer(),
        Fingerprint.of(request.certificate()),
        Fingerprint.of(request.peerCertificate()));
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
