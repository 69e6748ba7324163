package org.m2mx.sipcontainer.stack;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The JDK's own WebSocket as a stream of messages. */
final class WebSocketWire implements Closeable {
  private static final byte[] END = {};

  private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
  private final AtomicInteger closeCode = new AtomicInteger();
  private final AtomicInteger pings = new AtomicInteger();
  private final WebSocket socket;

  /**
   * @param origin null for none
   */
  WebSocketWire(HttpClient client, URI server, String origin) {
    WebSocket.Builder builder = client.newWebSocketBuilder().subprotocols("sip");
    if (origin != null) {
      builder.header("Origin", origin);
    }
    socket = builder.buildAsync(server, new Taker()).join();
  }

  private final class Taker implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        messages.add(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      messages.add(bytes);
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
      pings.incrementAndGet();
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      closeCode.set(code);
      messages.add(END);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      messages.add(END);
    }
  }

  WebSocket socket() {
    return socket;
  }

  /** 0 until the server has said goodbye. */
  int closeCode() {
    return closeCode.get();
  }

  /** Pings that came. */
  int pings() {
    return pings.get();
  }

  InputStream input() {
    return new MessageInput(this::next);
  }

  private byte[] next() throws IOException {
    try {
      byte[] message = messages.poll(60, TimeUnit.SECONDS);
      if (message == null || message == END) {
        throw new EOFException(message == null ? "nothing came" : "closed by the server");
      }
      return message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  /** Each {@code write} is a message: text where it can be. */
  OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int single) throws IOException {
        write(new byte[] {(byte) single});
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        try {
          socket.sendText(new String(bytes, from, length, StandardCharsets.UTF_8), true).join();
        } catch (CompletionException e) {
          throw new IOException(e.getCause());
        }
      }
    };
  }

  @Override
  public void close() {
    socket.abort();
  }
}
