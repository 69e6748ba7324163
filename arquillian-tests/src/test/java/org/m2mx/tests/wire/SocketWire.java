package org.m2mx.tests.wire;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLSocket;

/** A TCP connection, with TLS or without. */
record SocketWire(Socket socket) implements Wire {

  @Override
  public String transport() {
    return socket instanceof SSLSocket ? "TLS" : "TCP";
  }

  @Override
  public String hostPort() {
    InetAddress address = socket.getLocalAddress();
    String host = address.getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + socket.getLocalPort();
  }

  @Override
  public InputStream input() throws IOException {
    return socket.getInputStream();
  }

  @Override
  public void send(byte[] message) throws IOException {
    socket.getOutputStream().write(message);
    socket.getOutputStream().flush();
  }

  @Override
  public void patience(Duration patience) throws IOException {
    socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
