package org.m2mx.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/**
 * A device's TLS connection. Once it has said what it has to say, {@link #rest} drops all but the
 * socket, so that one process can hold many thousands.
 */
public final class TlsFlow implements AutoCloseable {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel socket;
  private SSLEngine engine;
  private ByteBuffer received;

  /**
   * Connects and shakes hands.
   *
   * @param server where to
   * @param context whom to trust
   * @throws IOException when the server is not reached or not trusted
   */
  public TlsFlow(InetSocketAddress server, SSLContext context) throws IOException {
    socket = SocketChannel.open(server);
    try {
      engine = context.createSSLEngine(server.getHostString(), server.getPort());
      engine.setUseClientMode(true);
      var parameters = engine.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      engine.setSSLParameters(parameters);
      received = ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).flip();
      shakeHands();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void shakeHands() throws IOException {
    engine.beginHandshake();
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> engine.getDelegatedTask().run();
        case NEED_WRAP -> wrap(NOTHING);
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrap();
        default -> {
          return;
        }
      }
    }
  }

  /**
   * Sends a request and waits for the next response.
   *
   * @throws IOException when the connection breaks
   */
  public SipMessage exchange(String request) throws IOException {
    ByteBuffer plain = ByteBuffer.wrap(request.getBytes(UTF_8));
    while (plain.hasRemaining()) {
      wrap(plain);
    }
    StringBuilder text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      text.append(unwrap());
    }
    return new SipMessage(text.toString());
  }

  private void wrap(ByteBuffer plain) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(plain, record);
    record.flip();
    while (record.hasRemaining()) {
      socket.write(record);
    }
  }

  /** Reads until a record is whole; what it holds. */
  private String unwrap() throws IOException {
    ByteBuffer plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    while (true) {
      SSLEngineResult result = engine.unwrap(received, plain);
      switch (result.getStatus()) {
        case OK -> {
          if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            engine.getDelegatedTask().run();
          }
          return UTF_8.decode(plain.flip()).toString();
        }
        case BUFFER_UNDERFLOW -> {
          received.compact();
          int count = socket.read(received);
          received.flip();
          if (count < 0) {
            throw new EOFException("the server closed the connection");
          }
        }
        default -> throw new IOException("TLS: " + result);
      }
    }
  }

  /** Forgets what is needed to talk; the connection stays open. */
  public void rest() {
    engine = null;
    received = null;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
