package org.m2mx.sipcontainer.stack;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.Set;
import org.m2mx.sipcontainer.websocket.FrameReader;
import org.m2mx.sipcontainer.websocket.Handshake;
import org.m2mx.sipcontainer.websocket.HandshakeException;
import org.m2mx.sipcontainer.websocket.Opcode;
import org.m2mx.sipcontainer.websocket.Role;

/** A WebSocket that somebody has opened to a port, as a stream of messages. */
final class AcceptedWebSocket implements Closeable {
  private final Socket socket;
  private final Queue<byte[]> messages = new ArrayDeque<>();
  private final FrameReader frames =
      new FrameReader(
          Role.SERVER,
          65536,
          new FrameReader.Sink() {
            @Override
            public void message(byte[] message) {
              messages.add(message);
            }

            @Override
            public void ping(byte[] payload) throws IOException {
              socket.getOutputStream().write(Role.SERVER.frame(Opcode.PONG, payload));
            }

            @Override
            public void close(int code) throws IOException {
              throw new EOFException("closed by the server (%d)".formatted(code));
            }
          });

  /** Takes part in the opening handshake. */
  AcceptedWebSocket(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(60_000);
    socket.setTcpNoDelay(true);
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new EOFException("no handshake");
      }
      head.write(next);
    }
    try {
      String request = head.toString(StandardCharsets.ISO_8859_1);
      socket.getOutputStream().write(Handshake.accept(request, Set.of()));
    } catch (HandshakeException e) {
      throw new IOException(e);
    }
  }

  InputStream input() {
    return new MessageInput(this::next);
  }

  private byte[] next() throws IOException {
    byte[] buffer = new byte[4096];
    while (messages.isEmpty()) {
      int count = socket.getInputStream().read(buffer);
      if (count < 0) {
        throw new EOFException("closed by the server");
      }
      frames.receive(ByteBuffer.wrap(buffer, 0, count));
    }
    return messages.remove();
  }

  /** Each {@code write} is a message. */
  OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int single) throws IOException {
        write(new byte[] {(byte) single});
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        byte[] message = Arrays.copyOfRange(bytes, from, from + length);
        socket.getOutputStream().write(Role.SERVER.frame(Opcode.TEXT, message));
      }
    };
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
