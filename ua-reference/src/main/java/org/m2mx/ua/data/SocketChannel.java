package org.m2mx.ua.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.OptionalInt;

/** A channel whose data is a stream on a socket. */
abstract class SocketChannel extends EstablishedChannel {
  private final Socket socket;
  private final InputStream input;
  private final OutputStream output;
  private volatile boolean outputEnded;

  SocketChannel(Terms terms, Socket socket) throws IOException {
    super(terms);
    this.socket = socket;
    this.input = new CountedInput(socket.getInputStream(), received());
    this.output = new CountedOutput(socket.getOutputStream(), sent());
  }

  @Override
  public final OptionalInt packetLimit() {
    return OptionalInt.empty();
  }

  @Override
  public final InputStream input() {
    return input;
  }

  @Override
  public final OutputStream output() {
    return output;
  }

  @Override
  public final void endOutput() throws IOException {
    socket.shutdownOutput();
    outputEnded = true;
  }

  @Override
  public final void breakOff() throws IOException {
    if (outputEnded) {
      close();
    } else {
      abort();
    }
  }
}
