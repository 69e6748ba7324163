package org.m2mx.tests.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** A WebSocket of the JDK's, used as scripts in browsers use theirs (RFC 7118). */
final class WebSocketWire implements Wire {
  private static final byte[] END = {};

  private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
  private final WebSocket socket;
  private final String host = UUID.randomUUID().toString().substring(0, 8) + ".invalid";
  private volatile Duration patience;
  private volatile Throwable failure;

  WebSocketWire(URI server, SSLContext trust) throws IOException {
    HttpClient client = HttpClient.newBuilder().sslContext(trust).build();
    try {
      socket =
          client.newWebSocketBuilder().subprotocols("sip").buildAsync(server, new Taker()).join();
    } catch (CompletionException e) {
      throw new IOException(server + ": " + e.getCause().getMessage(), e);
    }
  }

  private final class Taker implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        messages.add(text.toString().getBytes(UTF_8));
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      messages.add(END);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      failure = error;
      messages.add(END);
    }
  }

  @Override
  public String transport() {
    return "WSS";
  }

  /** Scripts do not know where they are (RFC 7118 section 5). */
  @Override
  public String hostPort() {
    return host;
  }

  @Override
  public InputStream input() {
    return new InputStream() {
      private InputStream message = InputStream.nullInputStream();

      @Override
      public int read() throws IOException {
        int octet = message.read();
        if (octet < 0) {
          message = new ByteArrayInputStream(next());
          octet = message.read();
        }
        return octet;
      }
    };
  }

  private byte[] next() throws IOException {
    try {
      byte[] message = messages.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (message == null) {
        throw new SocketTimeoutException("nothing came for " + patience);
      } else if (message == END) {
        messages.add(END);
        throw new IOException("the WebSocket is closed", failure);
      }
      return message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  @Override
  public void send(byte[] message) throws IOException {
    try {
      socket.sendText(new String(message, UTF_8), true).join();
    } catch (CompletionException e) {
      throw new IOException(e.getCause());
    }
  }

  @Override
  public void patience(Duration time) {
    patience = time;
  }

  @Override
  public void close() {
    socket.abort();
  }
}
