package org.m2mx.sipcontainer.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** A port that the container is to connect to. */
final class Target implements AutoCloseable {
  private final String user;
  private final Transport transport;
  private final ServerSocket socket;
  private SipClient connection;

  Target(String user) throws IOException {
    this(user, "127.0.0.1");
  }

  Target(String user, String address) throws IOException {
    this(user, Transport.TCP, new ServerSocket(0, 5, InetAddress.getByName(address)));
  }

  /**
   * @param socket with TLS where the transport has it
   */
  Target(String user, Transport transport, ServerSocket socket) throws IOException {
    this.user = user;
    this.transport = transport;
    this.socket = socket;
    socket.setSoTimeout(60_000);
  }

  String uri() {
    return "sip:%s@%s:%d;transport=%s"
        .formatted(user, host(), socket.getLocalPort(), transport.parameter());
  }

  int port() {
    return socket.getLocalPort();
  }

  /** Its address as it stands in a URI. */
  String host() {
    return AddressText.inHeader(socket.getInetAddress());
  }

  /** The connection the container opened; waits for it the first time. */
  SipClient connection() throws IOException {
    if (connection == null) {
      Socket accepted = socket.accept();
      connection =
          transport.isWebSocket()
              ? SipClient.accepted(user, transport, new AcceptedWebSocket(accepted))
              : new SipClient(user, transport.parameter(), accepted);
    }
    return connection;
  }

  /** Answers with a Contact that leads back here. */
  void answer(Received request, String status, String... more) throws IOException {
    connection().answerWithContact(request, status, "<" + uri() + ">", more);
  }

  /** Whether the container has connected. */
  boolean isReached() throws IOException {
    if (connection != null) {
      return true;
    }
    socket.setSoTimeout(1);
    try {
      connection();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(60_000);
    }
  }

  @Override
  public void close() throws IOException {
    if (connection != null) {
      connection.close();
    }
    socket.close();
  }
}
